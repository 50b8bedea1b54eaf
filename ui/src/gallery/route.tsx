import { createLazyRoute } from "@tanstack/react-router";
import { Gallery } from "./Gallery";

export const galleryRoute = createLazyRoute("/gallery")({ component: Gallery });
