/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.Width;
import dev.nestmap.schema.rules.Rule;
import java.util.Optional;

/** Rejects width annotations that do not fit a component's Java type. */
record WidthCheck(Problems problems) {
    /** Rejects every width on a component whose Java type has only one C type. */
    void reject(Component component, String why, String use) {
        component
                .width(problems)
                .ifPresent(width -> problems.error(
                        component.place(),
                        Rule.WIDTH_DOES_NOT_FIT,
                        width.spelling(),
                        component.qualifiedName(),
                        component.typeName(),
                        why,
                        use));
    }

    /** Whether the component has no width, or one of at most 64 bits. Reports a width of 128 bits. */
    boolean fitsLong(Component component, Optional<Width> width) {
        Optional<Width> tooWide = width.filter(found -> found.scalar().size() > Long.BYTES);
        tooWide.ifPresent(found -> problems.error(
                component.place(),
                Rule.WIDTH_DOES_NOT_FIT,
                found.spelling(),
                component.qualifiedName(),
                component.whole().typeName(),
                "only a BigInteger has 128 bits",
                "a narrower annotation"));
        return tooWide.isEmpty();
    }
}
