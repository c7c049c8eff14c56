import {
  IconBriefcase,
  IconBuildingStore,
  IconCalendar,
  IconCar,
  IconCash,
  IconChefHat,
  IconCoffee,
  IconCreditCard,
  IconGift,
  IconHeadset,
  IconHeart,
  IconHome,
  IconPackage,
  IconPhone,
  IconScale,
  IconSchool,
  IconShieldCheck,
  IconShoppingCart,
  IconSpeakerphone,
  IconStar,
  IconStethoscope,
  IconTools,
  IconTruck,
  IconUsers,
} from "@tabler/icons-react";

/** What a department may have beside its name, by the names under which the API keeps them. */
export const ICONS = {
  headset: IconHeadset,
  users: IconUsers,
  "shopping-cart": IconShoppingCart,
  cash: IconCash,
  "credit-card": IconCreditCard,
  truck: IconTruck,
  tools: IconTools,
  package: IconPackage,
  "building-store": IconBuildingStore,
  calendar: IconCalendar,
  heart: IconHeart,
  star: IconStar,
  stethoscope: IconStethoscope,
  school: IconSchool,
  home: IconHome,
  car: IconCar,
  coffee: IconCoffee,
  "chef-hat": IconChefHat,
  briefcase: IconBriefcase,
  scale: IconScale,
  speakerphone: IconSpeakerphone,
  phone: IconPhone,
  "shield-check": IconShieldCheck,
  gift: IconGift,
} as const;

export type IconName = keyof typeof ICONS;

export const ICON_NAMES = Object.keys(ICONS) as IconName[];

export function iconOf(name: string): (typeof ICONS)[IconName] | undefined {
  return Object.hasOwn(ICONS, name) ? ICONS[name as IconName] : undefined;
}
