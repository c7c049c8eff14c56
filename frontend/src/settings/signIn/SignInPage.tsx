import { SettingsPage } from "@/settings/SettingsPage";
import { FactorsSection } from "./FactorsSection";
import { IdentitiesSection } from "./IdentitiesSection";
import { PasswordSection } from "./PasswordSection";
import { SessionsSection } from "./SessionsSection";
import { useFactors } from "./useSignIn";

export function SignInPage() {
  const factors = useFactors();
  return (
    <SettingsPage section="signIn" query={factors}>
      <PasswordSection />
      {factors.data !== undefined && <FactorsSection factors={factors.data} />}
      <IdentitiesSection />
      <SessionsSection />
    </SettingsPage>
  );
}
