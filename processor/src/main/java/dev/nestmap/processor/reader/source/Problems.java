/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import dev.nestmap.lint.rules.Rule;
import dev.nestmap.lint.rules.RuleViolation;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.annotation.processing.Messager;
import javax.lang.model.element.Element;
import javax.tools.Diagnostic;

/** Collects the problems of one top-level type, each once. */
public final class Problems {
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final Set<Subject> replaced = new HashSet<>();
    private final Set<Problem> notes = new LinkedHashSet<>();
    private boolean reportedElsewhere;
    private boolean missingTypes;

    /** A source location and the rule that it breaks. */
    private record Subject(SourceLocation place, Rule rule) {}

    /** A problem, whose message is one line: control characters in texts of the source, such as line breaks, become question marks. */
    private record Problem(Subject subject, String message) {
        private Problem {
            message = message.replaceAll("\\p{Cntrl}", "?");
        }
    }

    public void error(SourceLocation place, Rule rule, Object... args) {
        error(new Subject(place, rule), rule.message(args));
    }

    /** Reports a problem of an element, whose name is the first argument of the message. */
    public void error(Element element, Rule rule, Object... args) {
        error(SourceLocation.of(element), rule, withName(element.getSimpleName(), args));
    }

    /** Reports a problem of a component, whose qualified name is the first argument of the message. */
    public void error(Component component, Rule rule, Object... args) {
        error(component.place(), rule, withName(component.qualifiedName(), args));
    }

    /** Reports a problem of an annotation. The name of the element that has it is the first argument of the message. */
    public void error(AnnotationUse annotation, Rule rule, Object... args) {
        error(annotation.place(), rule, withName(annotation.element().getSimpleName(), args));
    }

    private static Object[] withName(Object name, Object... args) {
        return Stream.concat(Stream.of(name), Stream.of(args)).toArray();
    }

    public void error(SourceLocation place, RuleViolation finding) {
        error(new Subject(place, finding.rule()), finding.message());
    }

    private void error(Subject subject, String message) {
        if (!replaced.contains(subject)) {
            problems.add(new Problem(subject, message));
        }
    }

    /** Reports a problem that replaces another rule's problem at the same place, no matter which of the two is found first. */
    public void errorInstead(Rule other, SourceLocation place, Rule rule, Object... args) {
        Subject subject = new Subject(place, other);
        replaced.add(subject);
        problems.removeIf(problem -> problem.subject().equals(subject));
        error(place, rule, args);
    }

    /** Whether this rule has a problem at this place. */
    public boolean has(SourceLocation place, Rule rule) {
        Subject subject = new Subject(place, rule);
        return problems.stream().anyMatch(problem -> problem.subject().equals(subject));
    }

    /**
     * Adds a note ({@link Rule#isNote}), which is not an error, unless the element or one around it has a {@code @SuppressWarnings} with the
     * rule's id.
     */
    public void note(SourceLocation place, Rule rule, Object... args) {
        if (!isSuppressed(place.element(), rule)) {
            notes.add(new Problem(new Subject(place, rule), rule.message(args)));
        }
    }

    private static boolean isSuppressed(Element element, Rule rule) {
        for (Element around = element; around != null; around = around.getEnclosingElement()) {
            SuppressWarnings suppressed = around.getAnnotation(SuppressWarnings.class);
            if (suppressed != null && List.of(suppressed.value()).contains(rule.id())) {
                return true;
            }
        }
        return false;
    }

    /** Records that there is a problem that is reported for another type, or by javac. */
    public void addReportedElsewhere() {
        reportedElsewhere = true;
    }

    /** Records that the source names a type that does not exist yet. Another processor may generate it; otherwise javac reports it. */
    public void addMissingType() {
        missingTypes = true;
    }

    /** Whether all classes and constants that an annotation names exist. Records it if not. */
    public boolean isComplete(AnnotationUse annotation) {
        missingTypes |= !annotation.isComplete();
        return annotation.isComplete();
    }

    /** Whether the source names a type that does not exist yet. */
    public boolean hasMissingTypes() {
        return missingTypes;
    }

    public boolean any() {
        return missingTypes || reportedElsewhere || !problems.isEmpty();
    }

    /** Whether there is a problem that is reported here or elsewhere. */
    public boolean isReported() {
        return reportedElsewhere || !problems.isEmpty();
    }

    public void report(Messager messager) {
        problems.forEach(problem -> report(messager, Diagnostic.Kind.ERROR, problem));
        notes.forEach(note -> report(
                messager, note.subject().rule().isWarning() ? Diagnostic.Kind.WARNING : Diagnostic.Kind.NOTE, note));
    }

    /** Reports a single problem. */
    public static void report(Messager messager, SourceLocation place, Rule rule, Object... args) {
        Problems single = new Problems();
        single.error(place, rule, args);
        single.report(messager);
    }

    private static void report(Messager messager, Diagnostic.Kind kind, Problem problem) {
        SourceLocation place = problem.subject().place();
        messager.printMessage(kind, problem.message(), place.element(), place.annotation(), place.value());
    }

    /** The message of the first problem, as a part of another message. So it has no address: each message has one, at its end. */
    public Optional<String> first() {
        return problems.stream()
                .findFirst()
                .map(problem ->
                        problem.message().replace(problem.subject().rule().pageReference(), ""));
    }
}
