import React from "react";

const cards = [
  { key: "<uuid:1>", title: "OKX spot" },
  { key: "<uuid:2>", title: "OKX swap" },
  { key: "<uuid:3>", title: "OKX earn" },
];
export const OkxCards = () => <>{cards.map((c) => <div key={c.key}>{c.title}</div>)}</>;
