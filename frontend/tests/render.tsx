import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { queryClient } from "@/app/queryClient";
import { theme } from "@/app/theme";

/** Renders a part of the app with what surrounds it in the browser, without transitions. */
export function show(element: React.ReactNode) {
  return render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={queryClient}>{element}</QueryClientProvider>
    </MantineProvider>,
  );
}
