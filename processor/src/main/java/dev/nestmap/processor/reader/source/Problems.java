/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import dev.nestmap.schema.rules.Finding;
import dev.nestmap.schema.rules.Rule;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.Messager;
import javax.tools.Diagnostic;

/** Collects what is wrong with one top-level type, each problem once. */
public final class Problems {
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final Set<Subject> pointless = new HashSet<>();
    private final Set<Note> notes = new LinkedHashSet<>();
    private boolean toldElsewhere;
    private boolean waits;

    /** What this rule would say of this place. */
    private record Subject(SourceLocation place, Rule rule) {}

    private record Problem(Subject subject, String message) {}

    private record Note(SourceLocation place, String message) {}

    public void error(SourceLocation place, Rule rule, Object... args) {
        error(new Subject(place, rule), rule.message(args));
    }

    public void error(SourceLocation place, Finding finding) {
        error(new Subject(place, finding.rule()), finding.message());
    }

    private void error(Subject subject, String message) {
        if (!pointless.contains(subject)) {
            problems.add(new Problem(subject, message));
        }
    }

    /** Says of a place what makes pointless what another rule says of it, before or after. */
    void errorInstead(Rule other, SourceLocation place, Rule rule, Object... args) {
        Subject subject = new Subject(place, other);
        pointless.add(subject);
        problems.removeIf(problem -> problem.subject().equals(subject));
        error(place, rule, args);
    }

    /** Whether something is said of a place by this rule. */
    public boolean has(SourceLocation place, Rule rule) {
        Subject subject = new Subject(place, rule);
        return problems.stream().anyMatch(problem -> problem.subject().equals(subject));
    }

    /** Tells the developer something that may stay as it is. */
    public void note(SourceLocation place, String message) {
        notes.add(new Note(place, message));
    }

    /** Notes a problem that the developer learns of in another way. */
    public void toldElsewhere() {
        toldElsewhere = true;
    }

    /** Notes that something that is named is not there: another processor may generate it, else javac reports it. */
    public void missing() {
        waits = true;
    }

    /** Whether something that is named is not there. */
    public boolean waits() {
        return waits;
    }

    public boolean any() {
        return waits || toldElsewhere || !problems.isEmpty();
    }

    /** Whether the developer learns of what is wrong. */
    public boolean told() {
        return toldElsewhere || !problems.isEmpty();
    }

    public void tell(Messager messager) {
        problems.forEach(problem ->
                tell(messager, Diagnostic.Kind.ERROR, problem.subject().place(), problem.message()));
        notes.forEach(note -> tell(messager, Diagnostic.Kind.NOTE, note.place(), note.message()));
    }

    private static void tell(Messager messager, Diagnostic.Kind kind, SourceLocation place, String message) {
        messager.printMessage(kind, message, place.element(), place.annotation(), place.value());
    }

    /** The first of the messages. */
    public Optional<String> first() {
        return problems.stream().findFirst().map(Problem::message);
    }
}
