/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.EnclosingTypes;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.source.Visibility;
import dev.nestmap.schema.rules.Rule;
import javax.lang.model.element.TypeElement;

/**
 * Decides which header declares a type, and under which names.
 *
 * @param topLevel the top-level type that is being read
 */
record TypeOwner(TypeElement topLevel, CNameAllocator names, Problems problems) {
    /** Rejects a private type. The generated class can't use it, because it is in the same package but not in the same class. */
    void checkVisible(TypeElement type) {
        if (Visibility.isPrivate(type)) {
            problems.error(
                    SourceLocation.of(type),
                    Rule.TYPE_NOT_VISIBLE,
                    type.getSimpleName(),
                    codecOf(type).simpleName(),
                    "at least package-private");
        }
    }

    /** Whether this header declares the type. */
    boolean isHere(TypeElement type) {
        return EnclosingTypes.topLevel(type).equals(topLevel);
    }

    /** Whether a type of another header may be used here. Reports why not. */
    boolean isShared(TypeElement type, SourceLocation usedAt) {
        TypeElement home = EnclosingTypes.topLevel(type);
        if (!home.equals(type)) {
            problems.error(usedAt, Rule.TYPE_NESTED_ELSEWHERE, type.getSimpleName(), home.getSimpleName());
            return false;
        }
        if (!MoreElements.isAnnotationPresent(type, BpfType.class)) {
            problems.error(usedAt, Rule.UNSHARED_TYPE, type.getSimpleName());
            return false;
        }
        return true;
    }

    /** The C name of a type, from {@code @Name} or its Java name. */
    String nameOf(TypeElement type) {
        return names.of(type);
    }

    /** The generated class that reads and writes the bytes of a type. */
    ClassName codecOf(TypeElement type) {
        return JavaNames.codec(type, topLevel);
    }
}
