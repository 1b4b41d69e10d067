export { type ChatMessage, type ChatOptions, ChatTemplate, ChatTemplateError } from "./chat-template.ts";
