/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import dev.nestmap.schema.rules.Rule;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.Messager;
import javax.tools.Diagnostic;

/** Collects what is wrong with one top-level type, each problem once. */
final class Problems {
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final Set<Problem> notes = new LinkedHashSet<>();
    private boolean toldElsewhere;
    private boolean waits;

    private record Problem(Place place, String message) {
        boolean isOf(Place other, Rule rule) {
            return place.equals(other) && message.startsWith("[" + rule.id() + "] ");
        }

        void tell(Messager messager, Diagnostic.Kind kind) {
            messager.printMessage(kind, message, place.element(), place.annotation(), place.value());
        }
    }

    void error(Place place, Rule rule, Object... args) {
        error(place, rule.message(args));
    }

    /** Says of a place what makes pointless what was said of it by another rule. */
    void errorInstead(Rule other, Place place, Rule rule, Object... args) {
        problems.removeIf(problem -> problem.isOf(place, other));
        error(place, rule, args);
    }

    /** Whether something is said of a place by this rule. */
    boolean has(Place place, Rule rule) {
        return problems.stream().anyMatch(problem -> problem.isOf(place, rule));
    }

    void error(Place place, String message) {
        problems.add(new Problem(place, message));
    }

    /** Tells the developer something that may stay as it is. */
    void note(Place place, String message) {
        notes.add(new Problem(place, message));
    }

    /** Notes a problem that the developer learns of in another way. */
    void toldElsewhere() {
        toldElsewhere = true;
    }

    /** Notes that something that is named is not there: another processor may generate it, else javac reports it. */
    void missing() {
        waits = true;
    }

    /** Whether something that is named is not there. */
    boolean waits() {
        return waits;
    }

    boolean any() {
        return waits || toldElsewhere || !problems.isEmpty();
    }

    /** Whether the developer learns of what is wrong. */
    boolean told() {
        return toldElsewhere || !problems.isEmpty();
    }

    void tell(Messager messager) {
        problems.forEach(problem -> problem.tell(messager, Diagnostic.Kind.ERROR));
        notes.forEach(note -> note.tell(messager, Diagnostic.Kind.NOTE));
    }

    /** The first of the messages. */
    Optional<String> first() {
        return problems.stream().findFirst().map(Problem::message);
    }
}
