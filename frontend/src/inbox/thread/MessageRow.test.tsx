import { screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Message } from "@/api/types";
import { ready } from "@/i18n";
import { show } from "../../../tests/render";
import { answer, media, message } from "../../../tests/samples";
import { useLightbox } from "./lightbox";
import { MessageRow, type RowContext } from "./MessageRow";
import type { MessageActions } from "./useMessageActions";

function mutation() {
  return { mutate: vi.fn(), isPending: false };
}

function row(shown: Message, found = "") {
  const actions = { retry: mutation(), cancel: mutation(), reaction: mutation() };
  const context: RowContext = {
    actions: actions as unknown as MessageActions,
    canReply: true,
    onReply: vi.fn(),
    onJump: vi.fn(),
  };
  show(<MessageRow message={shown} continues={false} flashed={false} found={found} context={context} />);
  return { actions, context, element: screen.getByTestId("message") };
}

beforeAll(() => ready);

/** What a stranger reads, by the type of message; one entry for each type that the API names. */
const READ_BY_A_STRANGER: [string, Partial<Message>, string[]][] = [
  ["text", { type: "text", content: { body: "Tem *pão* de queijo?" } }, ["Tem", "pão", "de queijo?"]],
  ["image", { type: "image", content: { caption: "Olha que lindo" }, media: media() }, ["Olha que lindo"]],
  ["video", { type: "video", content: { caption: "Gravei agora" }, media: media() }, ["Gravei agora"]],
  [
    "document",
    {
      type: "document",
      content: { filename: "orçamento.pdf", caption: "Segue" },
      media: media({ mime_type: "application/pdf" }),
    },
    ["orçamento.pdf", "PDF · 482 kB", "Segue"],
  ],
  [
    "location",
    {
      type: "location",
      content: { latitude: -23.55, longitude: -46.63, name: "Praça da Sé", address: "Sé" },
    },
    ["Praça da Sé", "abrir no mapa"],
  ],
  [
    "contacts",
    {
      type: "contacts",
      content: {
        contacts: [
          {
            name: { formatted_name: "Bo Ray" },
            phones: [{ phone: "+1 650 555 0101" }],
            org: { company: "Acme" },
          },
        ],
      },
    },
    ["Bo Ray", "+1 650 555 0101", "Acme"],
  ],
  ["reaction", { type: "reaction", content: { emoji: "👍", message_id: null } }, ["Reagiu com 👍"]],
  ["reaction taken back", { type: "reaction", content: { emoji: "", message_id: null } }, ["Tirou a reação"]],
  [
    "button of an interactive message",
    { type: "interactive", content: { kind: "button_reply", id: "y", title: "Sim, confirmo" } },
    ["Escolheu:", "Sim, confirmo"],
  ],
  [
    "row of a list",
    {
      type: "interactive",
      content: { kind: "list_reply", id: "r", title: "Entrega", description: "até 2 h" },
    },
    ["Escolheu:", "Entrega", "até 2 h"],
  ],
  [
    "answered form",
    { type: "interactive", content: { kind: "nfm_reply", response: { flow_token: "t1", tamanho: "M" } } },
    ["Respondeu ao formulário:", "tamanho:", "M"],
  ],
  [
    "permission to call",
    { type: "interactive", content: { kind: "call_permission_reply", response: { response: "accept" } } },
    ["Permitiu ligações"],
  ],
  [
    "button of a template",
    { type: "button", content: { text: "Parar promoções", payload: "stop" } },
    ["Tocou no botão:", "Parar promoções"],
  ],
  [
    "order",
    {
      type: "order",
      content: {
        text: "para hoje",
        product_items: [{ product_retailer_id: "bolo-1", quantity: 2, item_price: 30.5, currency: "BRL" }],
      },
    },
    ["Pedido com 1 item", "bolo-1", "61,00", "para hoje"],
  ],
  [
    "system",
    {
      type: "system",
      content: { kind: "user_changed_number", body: "Marina changed", phone: "5511912345678" },
    },
    ["Mudou de número no WhatsApp: agora é +55 11 91234-5678"],
  ],
  [
    "unsupported, of a known kind",
    { type: "unsupported", content: { kind: "poll_creation" } },
    ["O cliente enviou uma enquete, que o WhatsApp não mostra fora do celular.", "peça que envie como texto"],
  ],
  ["unsupported, of any kind", { type: "unsupported", content: {} }, ["uma mensagem de um tipo especial"]],
  [
    "a type of the future",
    { type: "hologram", text: "texto dentro", content: { raw: { depth: 3 } } },
    ["um tipo que o PyTake ainda não conhece (hologram)", "texto dentro", "Ver o conteúdo recebido"],
  ],
  ["interactive without anything", { type: "interactive", text: "", content: {} }, ["ainda não conhece"]],
];

describe("a message of each type", () => {
  it.each(READ_BY_A_STRANGER)("%s can be read", (_name, change, words) => {
    const { element } = row(message(change));
    for (const word of words) expect(element).toHaveTextContent(word);
    expect(element).toHaveAttribute("data-type", change.type);
  });

  it("shows a picture with its caption as its description, large on a click", () => {
    row(message({ type: "image", content: { caption: "Bolo" }, media: media() }));
    expect(screen.getByRole("img", { name: "Bolo" })).toHaveAttribute("src", "/media/media/");
    expect(screen.getByRole("button", { name: "Ver a imagem em tamanho grande" })).toBeInTheDocument();
  });

  it("plays a voice note, and calls it one", () => {
    row(message({ type: "audio", content: { voice: true }, media: media({ mime_type: "audio/ogg" }) }));
    const player = screen.getByRole("group", { name: "Mensagem de voz" });
    expect(within(player).getByRole("button", { name: "Ouvir" })).toBeInTheDocument();
  });

  it("shows how loud a voice note is and how long, before it is loaded", () => {
    const recording = media({
      mime_type: "audio/ogg",
      seconds: 65.4,
      waveform: Array.from({ length: 64 }, (_, n) => n),
    });
    row(message({ type: "audio", content: { voice: true }, media: recording }));
    expect(screen.getByTestId("waveform").children).toHaveLength(64);
    expect(screen.getByRole("group", { name: "Mensagem de voz" })).toHaveTextContent("1:05");
  });

  it("shows the small picture, and the whole one on a click", async () => {
    const picture = media({ thumbnail_url: "/media/small/", width: 1600, height: 900 });
    row(message({ type: "image", content: { caption: "Bolo" }, media: picture }));
    expect(screen.getByRole("img", { name: "Bolo" })).toHaveAttribute("src", "/media/small/");
    await userEvent.click(screen.getByRole("button", { name: "Ver a imagem em tamanho grande" }));
    expect(useLightbox.getState().picture?.url).toBe("/media/media/");
  });

  it("shows a sticker", () => {
    row(
      message({ type: "sticker", content: { animated: false }, media: media({ mime_type: "image/webp" }) }),
    );
    expect(screen.getByRole("img", { name: "Figurinha" })).toBeInTheDocument();
  });

  it("lets a document be downloaded under its name", () => {
    row(message({ type: "document", content: { filename: "nota.pdf" }, media: media() }));
    expect(screen.getByRole("link", { name: "Baixar nota.pdf" })).toHaveAttribute("download", "nota.pdf");
  });

  it.each([
    ["pending", "Imagem: baixando do WhatsApp…"],
    ["failed", "Imagem: não foi possível baixar do WhatsApp. Peça ao cliente que envie de novo. HTTP 404"],
    ["expired", "Imagem: o WhatsApp já apagou este arquivo."],
  ] as const)("says what is with a file that is %s", (state, sentence) => {
    const error = state === "failed" ? "HTTP 404" : null;
    const { element } = row(
      message({ type: "image", content: {}, media: media({ state, url: null, error }) }),
    );
    expect(element).toHaveTextContent(sentence);
  });

  it("links only to addresses, safely, and never runs what it is sent", () => {
    const body = "<img src=x onerror=alert(1)> javascript:alert(1) https://exemplo.com/a?b=1.";
    const { element } = row(message({ content: { body } }));
    const link = screen.getByRole("link");
    expect(link).toHaveAttribute("href", "https://exemplo.com/a?b=1");
    expect(link).toHaveAttribute("rel", "noopener noreferrer nofollow");
    expect(element.querySelector("img")).toBeNull();
    expect(element).toHaveTextContent(body);
  });

  it("marks what a search found, whatever its case and accents", () => {
    const { element } = row(message({ content: { body: "Pão de queijo e PAO doce" } }), "pao");
    expect([...element.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["Pão", "PAO"]);
  });
});

describe("around a message", () => {
  it("says that it was forwarded and what it answers, and goes there on a click", async () => {
    const reply_to = { id: "quoted", sender_name: "Olga Reis", type: "text", preview: "Qual sabor?" };
    const { context, element } = row(message({ forwarded: true, reply_to }));
    expect(element).toHaveTextContent("Encaminhada");
    await userEvent.click(screen.getByRole("button", { name: "Ir para a mensagem respondida" }));
    expect(context.onJump).toHaveBeenCalledWith("quoted");
  });

  it("says that the quoted message is not here", () => {
    const reply_to = { id: null, sender_name: "", type: "unknown", preview: "" };
    expect(row(message({ reply_to })).element).toHaveTextContent("Mensagem que não está aqui");
  });

  it("wears its reactions", () => {
    row(answer({ reactions: [{ emoji: "❤️", direction: "inbound" }] }));
    expect(screen.getByRole("list", { name: "Reações" })).toHaveTextContent("❤️");
  });

  it("names the colleague or bot who wrote it", () => {
    const bot = { kind: "bot" as const, id: "bot", name: "Atendente virtual" };
    expect(row(answer({ sender: bot })).element).toHaveTextContent("Atendente virtual");
  });
});

describe("how far an answer has come", () => {
  it.each([
    ["scheduled", "Agendada"],
    ["queued", "Na fila de envio"],
    ["held", "Em espera"],
    ["sending", "Enviando"],
    ["uncertain", "Entrega incerta"],
    ["accepted", "Aceita pelo WhatsApp"],
    ["sent", "Enviada"],
    ["delivered", "Entregue"],
    ["read", "Lida"],
    ["played", "Ouvida"],
    ["failed", "Não entregue"],
    ["cancelled", "Cancelada"],
  ] as const)("%s", (status, label) => {
    const { element } = row(answer({ status }));
    expect(within(element).getByRole("img", { name: label })).toBeInTheDocument();
    expect(element).toHaveAttribute("data-status", status);
  });

  it("explains a failure in words and tries again when asked", async () => {
    const shown = answer({ status: "failed", error: { code: 131026, title: "Undeliverable", detail: "x" } });
    const { actions, element } = row(shown);
    expect(element).toHaveTextContent("Este número não pode receber: não está no WhatsApp");
    expect(element).toHaveTextContent("(131026)");
    await userEvent.click(screen.getByRole("button", { name: "Tentar de novo" }));
    expect(actions.retry.mutate).toHaveBeenCalledWith(shown.id);
  });

  it("tells a failure that it does not know in the API's words", () => {
    const error = { code: 999_999, title: "Algo novo", detail: "" };
    expect(row(answer({ status: "failed", error })).element).toHaveTextContent("Algo novo (999999)");
  });

  it("says that an uncertain answer may have been delivered, and leaves the choice", async () => {
    const shown = answer({ status: "uncertain" });
    const { actions, element } = row(shown);
    expect(element).toHaveTextContent("Pode ter chegado.");
    expect(element).toHaveTextContent("ele pode receber duas vezes");
    await userEvent.click(screen.getByRole("button", { name: "Deixar assim" }));
    expect(element).toHaveTextContent("você decidiu não reenviar");
    expect(actions.retry.mutate).not.toHaveBeenCalled();
  });

  it("sends an uncertain answer again only on a person's word", async () => {
    const shown = answer({ status: "uncertain" });
    const { actions } = row(shown);
    await userEvent.click(screen.getByRole("button", { name: "Reenviar mesmo assim" }));
    expect(actions.retry.mutate).toHaveBeenCalledWith(shown.id);
  });

  it("says what a held answer waits for, and takes it back when asked", async () => {
    const shown = answer({ status: "held" });
    const { actions, element } = row(shown);
    expect(element).toHaveTextContent("Esta mensagem sai sozinha quando ele voltar.");
    await userEvent.click(screen.getByRole("button", { name: "Cancelar o envio" }));
    expect(actions.cancel.mutate).toHaveBeenCalledWith(shown.id);
  });

  it("says that an answer waits until the business may write to one more person", () => {
    const { element } = row(answer({ status: "held", held: { reason: "messaging_limit" } }));
    expect(element).toHaveTextContent("quando puder escrever a mais uma");
    expect(element).not.toHaveTextContent("O número da empresa não consegue enviar agora");
  });
});
