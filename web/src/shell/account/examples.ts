/** Sentences to try labelling with, in the language of the page. */

import { words } from "@/core/words";

export const EXAMPLES = words({
  noodles: {
    en: "The noodles at Lin's were the best I have had in Chengdu this year.",
    zh: "林记的面是我今年在成都吃到最好的一碗。",
  },
  parcel: {
    en: "My parcel left Hangzhou on Monday and still has not arrived.",
    zh: "包裹周一从杭州发出，至今仍未送到。",
  },
  screen: {
    en: "The screen is bright, but the battery hardly lasts an afternoon.",
    zh: "屏幕很亮，但电池几乎撑不过一个下午。",
  },
  train: {
    en: "The train from Beijing to Shanghai takes four and a half hours.",
    zh: "从北京到上海的列车需要四个半小时。",
  },
  staff: {
    en: "Anna at the front desk was patient and solved everything.",
    zh: "前台的安娜很有耐心，把问题都解决了。",
  },
  shoes: { en: "These shoes fell apart after two weeks. Never again.", zh: "这双鞋穿了两周就坏了，不会再买。" },
  museum: { en: "The museum opens at nine and is closed on Mondays.", zh: "博物馆九点开门，周一闭馆。" },
  update: { en: "Since the update the app starts twice as fast.", zh: "更新之后，应用启动快了一倍。" },
  hotel: { en: "Quiet room, friendly people, terrible breakfast.", zh: "房间安静，服务友好，早餐很糟。" },
  invoice: { en: "Please send the invoice to Wang Wei at Northern Light Ltd.", zh: "请将发票寄给北光公司的王伟。" },
  concert: { en: "The concert in Guangzhou sold out within minutes.", zh: "广州的演唱会几分钟内就售罄了。" },
  course: {
    en: "The course explains little, and the exercises explain nothing.",
    zh: "课程讲得很少，练习更是什么都没讲。",
  },
});
