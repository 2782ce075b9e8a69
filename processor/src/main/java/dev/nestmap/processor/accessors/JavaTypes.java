/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.TypeName;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Types that several writers need. */
final class JavaTypes {
    private JavaTypes() {}

    /** {@code @Nullable T}. */
    static TypeName nullable(TypeName type) {
        return type.annotated(AnnotationSpec.builder(Nullable.class).build());
    }

    /** Returns a name of a constant, {@code TENANT_MAP} for {@code tenantMap}, that the class does not have yet, and adds it. */
    static String constant(String member, Set<String> taken) {
        String name = member.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
                .toUpperCase(Locale.ROOT);
        while (!taken.add(name)) {
            name += "_";
        }
        return name;
    }
}
