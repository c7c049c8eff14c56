import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  redirect,
} from "@tanstack/react-router";
import { LoginPage } from "@/auth/LoginPage";
import { RegisterPage } from "@/auth/RegisterPage";
import { useSession } from "@/auth/session";
import { readFilters, type InboxFilters } from "@/inbox/conversations/filters";

const signedIn = () => useSession.getState().phase === "in";

/** Where a guest wanted to go, or a user was when the session ran out. */
let wanted: { to: string; search: InboxFilters } = { to: "/inbox", search: {} };

const root = createRootRoute({
  validateSearch: (search: Record<string, unknown>): InboxFilters => readFilters(search),
  notFoundComponent: () => <Navigate to="/inbox" />,
});

const guests = {
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way of saying "go there"
    if (signedIn()) throw redirect(wanted);
  },
};

const login = createRoute({ getParentRoute: () => root, path: "/login", component: LoginPage, ...guests });
const register = createRoute({
  getParentRoute: () => root,
  path: "/register",
  component: RegisterPage,
  ...guests,
});

const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  component: lazyRouteComponent(() => import("@/layout/AppLayout"), "AppLayout"),
  beforeLoad: ({ location }) => {
    if (signedIn()) return;
    const { left } = useSession.getState();
    wanted = left ? { to: "/inbox", search: {} } : { to: location.pathname, search: location.search };
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as above
    throw redirect({ to: "/login" });
  },
});

const home = createRoute({ getParentRoute: () => app, path: "/", component: () => <Navigate to="/inbox" /> });
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

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/settings/SettingsLayout"), "SettingsLayout"),
});

const settingsPages = [
  createRoute({ getParentRoute: () => settings, path: "/", component: () => null }),
  createRoute({
    getParentRoute: () => settings,
    path: "/departments",
    component: lazyRouteComponent(() => import("@/settings/departments/DepartmentsPage"), "DepartmentsPage"),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    register,
    app.addChildren([home, inbox, conversation, numbers, settings.addChildren(settingsPages)]),
  ]),
  basepath: "/app",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
