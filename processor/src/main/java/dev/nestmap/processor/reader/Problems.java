/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import dev.nestmap.schema.rules.Rule;
import java.util.HashSet;
import java.util.Set;
import javax.annotation.processing.Messager;
import javax.tools.Diagnostic;

/** Collects what is wrong with one top-level type, and tells the compiler each problem once. */
final class Problems {
    private final Messager messager;
    private final boolean silent;
    private final Set<String> told = new HashSet<>();
    private boolean any;

    private Problems(Messager messager, boolean silent) {
        this.messager = messager;
        this.silent = silent;
    }

    static Problems of(Messager messager) {
        return new Problems(messager, false);
    }

    /** Notes problems without telling them: they are told where the type itself is compiled. */
    static Problems silent(Messager messager) {
        return new Problems(messager, true);
    }

    /** Reports an error. */
    void error(Place place, Rule rule, Object... args) {
        error(place, rule.message(args));
    }

    void error(Place place, String message) {
        any = true;
        if (!silent && told.add(place + message)) {
            messager.printMessage(Diagnostic.Kind.ERROR, message, place.element(), place.annotation(), place.value());
        }
    }

    boolean any() {
        return any;
    }
}
