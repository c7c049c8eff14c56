import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  redirect,
} from "@tanstack/react-router";
import { JoinPage } from "@/auth/JoinPage";
import { LoginPage } from "@/auth/LoginPage";
import { RegisterPage } from "@/auth/RegisterPage";
import { useSession } from "@/auth/session";
import { readFilters, type InboxFilters } from "@/inbox/conversations/filters";
import { readTemplateFilters, type TemplateFilters } from "@/templates/filters";
import { useHome } from "./home";
import { want, wanted, wantHome } from "./wanted";

function Home() {
  return <Navigate to={useHome()} replace />;
}

const signedIn = () => useSession.getState().phase === "in";

const root = createRootRoute({
  validateSearch: (search: Record<string, unknown>): InboxFilters => readFilters(search),
  notFoundComponent: () => <Navigate to="/" />,
});

const guests = {
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way of saying "go there"
    if (signedIn()) throw redirect(wanted());
  },
};

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  component: LoginPage,
  // Whose sign-in: by the link that an organization gives its people.
  validateSearch: ({ organization }: Record<string, unknown>): { organization?: string } =>
    typeof organization === "string" ? { organization } : {},
  ...guests,
});
const register = createRoute({
  getParentRoute: () => root,
  path: "/register",
  component: RegisterPage,
  ...guests,
});

/** The links of our mails carry a token. */
const withToken = {
  validateSearch: ({ token }: Record<string, unknown>): { token?: string } =>
    typeof token === "string" ? { token } : {},
};

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  component: lazyRouteComponent(() => import("@/auth/ForgotPasswordPage"), "ForgotPasswordPage"),
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  component: lazyRouteComponent(() => import("@/auth/ResetPasswordPage"), "ResetPasswordPage"),
  ...withToken,
});
const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: "/verify-email",
  component: lazyRouteComponent(() => import("@/auth/VerifyEmailPage"), "VerifyEmailPage"),
  ...withToken,
});
const join = createRoute({ getParentRoute: () => root, path: "/join", component: JoinPage, ...withToken });
const sso = createRoute({
  getParentRoute: () => root,
  path: "/sso",
  component: lazyRouteComponent(() => import("@/auth/SsoPage"), "SsoPage"),
});

const impersonate = createRoute({
  getParentRoute: () => root,
  path: "/impersonate",
  component: lazyRouteComponent(() => import("@/auth/ImpersonatePage"), "ImpersonatePage"),
});

const secondFactor = createRoute({
  getParentRoute: () => root,
  path: "/second-factor",
  component: lazyRouteComponent(() => import("@/auth/EnrolPage"), "EnrolPage"),
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as above
    if (!signedIn()) throw redirect({ to: "/login" });
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as above
    if (!useSession.getState().enrolling) throw redirect(wanted());
  },
});

const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  component: lazyRouteComponent(() => import("@/layout/AppLayout"), "AppLayout"),
  beforeLoad: ({ location }) => {
    const { left, enrolling } = useSession.getState();
    if (signedIn() && !enrolling) return;
    if (left) wantHome();
    else want(location.pathname, location.search);
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as above
    throw redirect({ to: enrolling && signedIn() ? "/second-factor" : "/login" });
  },
});

const home = createRoute({ getParentRoute: () => app, path: "/", component: Home });
/** Loaded after the sign-in page, so that this one is there at once. */
const InboxPage = lazyRouteComponent(() => import("@/inbox/InboxPage"), "InboxPage");

const inbox = createRoute({ getParentRoute: () => app, path: "/inbox", component: InboxPage });
const conversation = createRoute({
  getParentRoute: () => app,
  path: "/inbox/$conversationId",
  component: InboxPage,
});

const numbers = createRoute({
  getParentRoute: () => app,
  path: "/numbers",
  component: lazyRouteComponent(() => import("@/numbers/NumbersPage"), "NumbersPage"),
});

const qrCode = createRoute({
  getParentRoute: () => app,
  path: "/numbers/$numberId/qr-code",
  component: lazyRouteComponent(() => import("@/numbers/QrCodePage"), "QrCodePage"),
});

const number = createRoute({
  getParentRoute: () => app,
  path: "/numbers/$numberId",
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: string } =>
    typeof tab === "string" ? { tab } : {},
  component: lazyRouteComponent(() => import("@/numbers/page/NumberPage"), "NumberPage"),
});

const templates = createRoute({
  getParentRoute: () => app,
  path: "/templates",
  validateSearch: (search: Record<string, unknown>): TemplateFilters => readTemplateFilters(search),
  component: lazyRouteComponent(() => import("@/templates/TemplatesPage"), "TemplatesPage"),
});

const newTemplate = createRoute({
  getParentRoute: () => app,
  path: "/templates/new",
  // The number whose account gets it, and the template that it begins as a copy of.
  validateSearch: ({
    number,
    from,
  }: Record<string, unknown>): { number?: string | undefined; from?: string } => ({
    ...(typeof number === "string" ? { number } : {}),
    ...(typeof from === "string" ? { from } : {}),
  }),
  component: lazyRouteComponent(() => import("@/templates/builder/BuilderPage"), "NewTemplatePage"),
});

const template = createRoute({
  getParentRoute: () => app,
  path: "/templates/$templateId",
  component: lazyRouteComponent(() => import("@/templates/TemplatePage"), "TemplatePage"),
});

const editTemplate = createRoute({
  getParentRoute: () => app,
  path: "/templates/$templateId/edit",
  component: lazyRouteComponent(() => import("@/templates/builder/BuilderPage"), "EditTemplatePage"),
});

const notices = createRoute({
  getParentRoute: () => app,
  path: "/notices",
  component: lazyRouteComponent(() => import("@/notices/NoticesPage"), "NoticesPage"),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/settings/SettingsLayout"), "SettingsLayout"),
});

const settingsPages = [
  createRoute({ getParentRoute: () => settings, path: "/", component: () => null }),
  createRoute({
    getParentRoute: () => settings,
    path: "/profile",
    component: lazyRouteComponent(() => import("@/settings/profile/ProfilePage"), "ProfilePage"),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/sign-in",
    component: lazyRouteComponent(() => import("@/settings/signIn/SignInPage"), "SignInPage"),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/departments",
    component: lazyRouteComponent(() => import("@/settings/departments/DepartmentsPage"), "DepartmentsPage"),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/privacy",
    // Whom the page is opened for, from the panel beside a conversation.
    validateSearch: ({ contact }: Record<string, unknown>): { contact?: string } =>
      typeof contact === "string" ? { contact } : {},
    component: lazyRouteComponent(() => import("@/settings/privacy/PrivacyPage"), "PrivacyPage"),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/security",
    component: lazyRouteComponent(() => import("@/settings/security/SecurityPage"), "SecurityPage"),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/organization",
    component: lazyRouteComponent(
      () => import("@/settings/organization/OrganizationPage"),
      "OrganizationPage",
    ),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/notices",
    component: lazyRouteComponent(
      () => import("@/settings/notices/NoticePreferencesPage"),
      "NoticePreferencesPage",
    ),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/api-keys",
    component: lazyRouteComponent(() => import("@/settings/api-keys/ApiKeysPage"), "ApiKeysPage"),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/audit",
    component: lazyRouteComponent(() => import("@/settings/audit/AuditPage"), "AuditPage"),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/secrets",
    component: lazyRouteComponent(() => import("@/settings/secrets/SecretsPage"), "SecretsPage"),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/team",
    component: lazyRouteComponent(() => import("@/settings/team/TeamPage"), "TeamPage"),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/team/$userId",
    component: lazyRouteComponent(() => import("@/settings/team/AccessPage"), "AccessPage"),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/roles",
    component: lazyRouteComponent(() => import("@/settings/roles/RolesPage"), "RolesPage"),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    register,
    forgotPassword,
    resetPassword,
    verifyEmail,
    join,
    sso,
    impersonate,
    secondFactor,
    app.addChildren([
      home,
      inbox,
      conversation,
      numbers,
      number,
      qrCode,
      templates,
      newTemplate,
      template,
      editTemplate,
      notices,
      settings.addChildren(settingsPages),
    ]),
  ]),
  basepath: "/app",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
