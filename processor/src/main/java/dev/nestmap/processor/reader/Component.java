/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.rules.Rule;
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

    /** The type as messages call it: without annotations. */
    String typeName() {
        return TypeName.get(element.asType()).toString();
    }

    Place place() {
        return Place.of(element);
    }

    /** The one width annotation; the first where there are several, which is reported. */
    Optional<Width> width(Problems problems) {
        List<Width> widths = Width.on(element);
        if (widths.size() > 1) {
            problems.error(
                    place(),
                    Rule.SEVERAL_WIDTHS,
                    qualifiedName(),
                    widths.get(0).spelling(),
                    widths.get(1).spelling());
        }
        return widths.stream().findFirst();
    }
}
