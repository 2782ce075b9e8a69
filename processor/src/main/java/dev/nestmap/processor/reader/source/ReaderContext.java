/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.lint.rules.Rule;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/**
 * The objects that all readers of one top-level type share.
 *
 * @param topLevel the top-level type
 * @param elements the compiler's elements
 * @param types the compiler's types
 * @param names chooses the names in C
 * @param imports the types and maps that the header includes
 * @param problems collects the problems of the type
 */
public record ReaderContext(
        TypeElement topLevel,
        Elements elements,
        Types types,
        CNameChooser names,
        HeaderIncludes imports,
        Problems problems) {
    /** Like {@link Problems#error(SourceLocation, Rule, Object...)}. */
    public void error(SourceLocation place, Rule rule, Object... args) {
        problems.error(place, rule, args);
    }

    /** Like {@link Problems#error(Element, Rule, Object...)}. */
    public void error(Element element, Rule rule, Object... args) {
        problems.error(element, rule, args);
    }

    /** Like {@link Problems#error(Component, Rule, Object...)}. */
    public void error(Component component, Rule rule, Object... args) {
        problems.error(component, rule, args);
    }

    /** Whether the type describes an existing object. */
    public boolean isForeign() {
        return EnclosingTypeFinder.isForeign(topLevel);
    }

    /** Whether the top-level type declares this type. */
    public boolean declares(TypeElement type) {
        return EnclosingTypeFinder.topLevel(type).equals(topLevel);
    }

    /** Whether a type of another header may be used here. Reports why not. */
    public boolean isShared(TypeElement type, SourceLocation usedAt) {
        TypeElement home = EnclosingTypeFinder.topLevel(type);
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

    /** The generated class that reads and writes the bytes of a type. */
    public ClassName codecOf(TypeElement type) {
        return GeneratedJavaNames.codec(type, topLevel);
    }

    /** Rejects a private type. The generated class can't use it, because it is in the same package but not in the same class. */
    public void checkVisible(TypeElement type) {
        if (EnclosingTypeFinder.isPrivate(type)) {
            problems.error(type, Rule.TYPE_NOT_VISIBLE, codecOf(type).simpleName(), "at least package-private");
        }
    }
}
