/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.schema.rules.Rule;

/** Rejects width annotations on components whose Java type has only one C type. */
record WidthCheck(Problems problems) {
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
}
