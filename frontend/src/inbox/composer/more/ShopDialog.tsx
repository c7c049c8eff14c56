import { Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { LIMITS, NO_WORDS, productsOf, shopMessage } from "./interactive";
import { InteractiveDialog, WordFields } from "./InteractiveDialog";
import type { DialogProps } from "./SendDialog";

/** The catalog, one product of it, or a list of several. */
export function ShopDialog(dialog: DialogProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState(NO_WORDS);
  const [catalog, setCatalog] = useState("");
  const [names, setNames] = useState("");
  const products = productsOf(names);
  const ofCatalog = catalog.trim() !== "";
  const isOne = ofCatalog && products.length === 1;
  const isList = ofCatalog && products.length > 1;
  const ready =
    (isOne || words.body.trim() !== "") &&
    (!isList || words.header.trim() !== "") &&
    (!ofCatalog || products.length > 0) &&
    products.length <= LIMITS.products;
  return (
    <InteractiveDialog
      {...dialog}
      title={t("composer.more.kinds.shop")}
      ready={ready}
      message={shopMessage(words, catalog, products)}
    >
      {(problems) => (
        <>
          <TextInput
            label={t("composer.more.shop.catalog")}
            description={t("composer.more.shop.catalogHint")}
            value={catalog}
            inputMode="numeric"
            error={problems["interactive.catalog_id"]}
            onChange={(event) => setCatalog(event.currentTarget.value)}
          />
          <Textarea
            label={t("composer.more.shop.products")}
            description={t("composer.more.shop.productsHint", {
              used: products.length,
              most: LIMITS.products,
            })}
            value={names}
            autosize
            minRows={2}
            maxRows={6}
            required={ofCatalog}
            error={
              products.length > LIMITS.products
                ? t("composer.more.shop.tooMany", { most: LIMITS.products })
                : (problems["interactive.sections"] ?? problems["interactive.product_retailer_id"])
            }
            onChange={(event) => setNames(event.currentTarget.value)}
          />
          <WordFields
            words={words}
            onChange={setWords}
            problems={problems}
            headed={isList}
            bodyRequired={!isOne}
          />
        </>
      )}
    </InteractiveDialog>
  );
}
