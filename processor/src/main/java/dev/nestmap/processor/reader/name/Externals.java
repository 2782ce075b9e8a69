/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.name;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.External;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.KernelHeaders;
import dev.nestmap.schema.rules.Rule;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;

/** Reads which types exist in C already. */
public record Externals(Problems problems) {
    /** Folders and a file; none is {@code .} or {@code ..}, and nothing in it means something to C or to the shell. */
    private static final Pattern HEADER =
            Pattern.compile("([A-Za-z0-9_][A-Za-z0-9_+.-]*/)*[A-Za-z0-9_][A-Za-z0-9_+.-]*\\.h");

    public static boolean isOne(Element type) {
        return MoreElements.isAnnotationPresent(type, External.class);
    }

    /** The header that defines a type; empty where it is to be defined here, and where what is said is refused. */
    public Optional<String> header(TypeElement type) {
        return mirror(type).flatMap(mirror -> {
            if (!AnnotationValues.isComplete(mirror)) {
                problems.missing();
                return Optional.empty();
            }
            String header = AnnotationValues.text(mirror, "header");
            SourceLocation place = SourceLocation.of(type, mirror, "header");
            if (KernelHeaders.isVmlinux(header)) {
                problems.error(place, Rule.KERNEL_TYPE_MOVES, type.getSimpleName(), CNameAllocator.printable(header));
                return Optional.empty();
            }
            if (!HEADER.matcher(header).matches()) {
                problems.error(place, Rule.NO_HEADER, type.getSimpleName(), CNameAllocator.printable(header));
                return Optional.empty();
            }
            return Optional.of(header);
        });
    }

    /** Refuses it on what has no type of its own in C. */
    public void refuse(TypeElement type, String why, String fix) {
        mirror(type)
                .ifPresent(mirror -> problems.error(
                        SourceLocation.of(type, mirror), Rule.NOT_EXTERNAL, type.getSimpleName(), why, fix));
    }

    private static Optional<AnnotationMirror> mirror(TypeElement type) {
        return MoreElements.getAnnotationMirror(type, External.class)
                .transform(Optional::of)
                .or(Optional.empty());
    }
}
