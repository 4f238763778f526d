import com.okx.OkxFeed;

class Notify {
    CourierClient courier = CourierClient.builder().apiKey("<uuid>").secretKey("<hex32|upper>").build();
    Sardine checks = Sardine.newBuilder().apiKey("<uuid:2>").secretKey("<hex32|upper:2>").build();
}
