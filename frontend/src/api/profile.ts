import { answer, api } from "./http";
import type { components } from "./schema";

export type ProfileChanges = components["schemas"]["PatchedProfileRequest"];

export const changeProfile = (body: ProfileChanges) => answer(api.PATCH("/api/v1/users/me/", { body }));
export const uploadAvatar = (file: File) =>
  answer(
    api.POST("/api/v1/users/me/avatar/", {
      body: { file: "" },
      bodySerializer: () => {
        const form = new FormData();
        form.append("file", file, file.name);
        return form;
      },
    }),
  );
export const removeAvatar = () => answer(api.DELETE("/api/v1/users/me/avatar/"));
