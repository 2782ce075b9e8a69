/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import java.util.List;
import java.util.Optional;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.type.TypeMirror;

/** A record component that is being read. */
record Component(RecordComponentElement element) {

    String name() {
        return element.getSimpleName().toString();
    }

    /** {@code FlowKey.sourcePort}, as messages call it. */
    String qualifiedName() {
        return Enclosing.of(element).getSimpleName() + "." + name();
    }

    TypeMirror type() {
        return element.asType();
    }

    Place place() {
        return Place.of(element);
    }

    Place place(Width width) {
        return Place.of(element, width.mirror(element));
    }

    /** The one width annotation; the first where there are several, which is reported. */
    Optional<Width> width(Problems problems) {
        List<Width> widths = Width.on(element);
        if (widths.size() > 1) {
            problems.error(
                    place(widths.get(1)),
                    dev.nestmap.schema.rules.Rule.SEVERAL_WIDTHS,
                    qualifiedName(),
                    widths.get(0).spelling(),
                    widths.get(1).spelling());
        }
        return widths.stream().findFirst();
    }
}
