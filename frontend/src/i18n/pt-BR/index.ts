import auth from "./auth.json";
import common from "./common.json";
import composer from "./composer.json";
import contact from "./contact.json";
import departments from "./departments.json";
import inbox from "./inbox.json";
import join from "./join.json";
import layout from "./layout.json";
import notices from "./notices.json";
import numbers from "./numbers.json";
import organization from "./organization.json";
import roles from "./roles.json";
import secrets from "./secrets.json";
import security from "./security.json";
import settings from "./settings.json";
import shortcuts from "./shortcuts.json";
import team from "./team.json";
import thread from "./thread.json";

export default {
  auth,
  common,
  composer,
  contact,
  departments,
  inbox,
  join,
  layout,
  notices,
  numbers,
  organization,
  roles,
  secrets,
  security,
  settings,
  shortcuts,
  team,
  thread,
};
