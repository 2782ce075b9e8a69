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

/** Reads {@code @External}: types that a C header already defines. */
public record ExternalTypes(Problems problems) {
    /** A relative path without {@code .}, {@code ..} and characters that have a meaning in C or the shell. */
    private static final Pattern HEADER =
            Pattern.compile("([A-Za-z0-9_][A-Za-z0-9_+.-]*/)*[A-Za-z0-9_][A-Za-z0-9_+.-]*\\.h");

    public static boolean isExternal(Element type) {
        return MoreElements.isAnnotationPresent(type, External.class);
    }

    /** The header that defines an external type; empty if the type is not external, or if the header is rejected. */
    public Optional<String> header(TypeElement type) {
        return mirror(type).flatMap(mirror -> {
            if (!AnnotationValues.isComplete(mirror)) {
                problems.addMissingType();
                return Optional.empty();
            }
            String header = AnnotationValues.text(mirror, "header");
            SourceLocation place = SourceLocation.of(type, mirror, "header");
            if (KernelHeaders.isVmlinux(header)) {
                problems.error(place, Rule.RELOCATABLE_KERNEL_TYPE, type.getSimpleName(), CNameCheck.printable(header));
                return Optional.empty();
            }
            if (!HEADER.matcher(header).matches()) {
                problems.error(place, Rule.HEADER_NAME_INVALID, type.getSimpleName(), CNameCheck.printable(header));
                return Optional.empty();
            }
            return Optional.of(header);
        });
    }

    /** Rejects {@code @External} on a declaration that has no C type with a tag. */
    public void reject(TypeElement type, String why, String fix) {
        mirror(type)
                .ifPresent(mirror -> problems.error(
                        SourceLocation.of(type, mirror), Rule.EXTERNAL_DOES_NOT_FIT, type.getSimpleName(), why, fix));
    }

    private static Optional<AnnotationMirror> mirror(TypeElement type) {
        return MoreElements.getAnnotationMirror(type, External.class)
                .transform(Optional::of)
                .or(Optional.empty());
    }
}
