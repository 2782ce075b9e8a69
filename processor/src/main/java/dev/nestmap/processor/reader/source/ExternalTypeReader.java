/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import dev.nestmap.annotations.External;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.schema.HeaderPathClassifier;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;

/** Reads {@code @External}: types that a C header already defines. */
public record ExternalTypeReader(Problems problems) {
    /** A relative path without {@code .}, {@code ..} and characters that have a meaning in C or the shell. */
    private static final Pattern HEADER =
            Pattern.compile("([A-Za-z0-9_][A-Za-z0-9_+.-]*/)*[A-Za-z0-9_][A-Za-z0-9_+.-]*\\.h");

    public static boolean isExternal(Element type) {
        return AnnotationUse.on(type, External.class).isPresent();
    }

    /** The header that defines an external type; empty if the type is not external, or if the header is rejected. */
    public Optional<String> header(TypeElement type) {
        return AnnotationUse.on(type, External.class).flatMap(external -> {
            if (!problems.isComplete(external)) {
                return Optional.empty();
            }
            String header = external.text("header");
            Rule broken =
                    HeaderPathClassifier.isVmlinux(header) ? Rule.RELOCATABLE_KERNEL_TYPE : Rule.HEADER_NAME_INVALID;
            if (HeaderPathClassifier.isVmlinux(header)
                    || !HEADER.matcher(header).matches()) {
                problems.error(external.place("header"), broken, type.getSimpleName(), header);
                return Optional.empty();
            }
            return Optional.of(header);
        });
    }

    /** Rejects {@code @External} on a declaration that has no C type with a tag. */
    public void reject(TypeElement type, String why, String fix) {
        AnnotationUse.on(type, External.class)
                .ifPresent(external -> problems.error(external, Rule.EXTERNAL_DOES_NOT_FIT, why, fix));
    }
}
