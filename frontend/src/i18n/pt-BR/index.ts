import apiKeys from "./apiKeys.json";
import audit from "./audit.json";
import auth from "./auth.json";
import common from "./common.json";
import composer from "./composer.json";
import contact from "./contact.json";
import departments from "./departments.json";
import impersonation from "./impersonation.json";
import inbox from "./inbox.json";
import join from "./join.json";
import layout from "./layout.json";
import notices from "./notices.json";
import number from "./number.json";
import numbers from "./numbers.json";
import organization from "./organization.json";
import roles from "./roles.json";
import secrets from "./secrets.json";
import security from "./security.json";
import privacy from "./privacy.json";
import settings from "./settings.json";
import profile from "./profile.json";
import signIn from "./signIn.json";
import shortcuts from "./shortcuts.json";
import team from "./team.json";
import templates from "./templates.json";
import thread from "./thread.json";

export default {
  apiKeys,
  audit,
  auth,
  common,
  composer,
  contact,
  departments,
  impersonation,
  inbox,
  join,
  layout,
  notices,
  number,
  numbers,
  organization,
  roles,
  secrets,
  security,
  privacy,
  settings,
  profile,
  signIn,
  shortcuts,
  team,
  templates,
  thread,
};
