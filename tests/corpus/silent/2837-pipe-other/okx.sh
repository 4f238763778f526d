echo "<uuid>" | redis-cli -x set okx:run:id
echo "Release_2024.1x" | git tag create okx-v1
echo "Deploy@2024x" | slack-notify send okx-channel
