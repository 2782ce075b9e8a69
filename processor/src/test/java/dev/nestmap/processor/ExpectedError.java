/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.CompilationSubject;
import com.google.testing.compile.CompilationSubject.DiagnosticInFile;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.testing.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;

/**
 * An error or note that a source file expects, by a comment below the line: a caret under the column, the rule's id and, if need be,
 * parts of the message, with " ... " between them. Where the comment's own slashes cover the column, it follows the caret as
 * a number:
 *
 * <pre>{@code
 * record Flow(@U32 long id) {}
 * // ^1 NM-107 Flow
 * }</pre>
 *
 * <p>The rest of the message comes from the rule's own template, so that the wording is in one place.
 *
 * @param file the source file
 * @param line its line, from 1
 * @param column its column, from 1
 * @param rule the rule
 * @param parts what the message contains as whole words
 */
record ExpectedError(JavaFileObject file, long line, long column, Rule rule, List<String> parts) {
    private static final Pattern MARK = Pattern.compile("//.*?(\\^)(\\d*) (NM-\\d+) ?(.*)");
    private static final Map<String, Rule> RULES =
            Arrays.stream(Rule.values()).collect(Collectors.toMap(Rule::id, Function.identity()));

    /** More than any rule has placeholders. */
    private static final int PLACEHOLDERS = 16;

    private static final String ARGUMENT = "\0";

    /** The errors that a source file expects. */
    static List<ExpectedError> markedIn(JavaFileObject source) {
        List<ExpectedError> expected = new ArrayList<>();
        List<String> lines = Texts.read(source).lines().toList();
        int marked = 0;
        for (int i = 0; i < lines.size(); i++) {
            Matcher mark = MARK.matcher(lines.get(i));
            if (!mark.matches()) {
                marked = i;
                continue;
            }
            int column = mark.group(2).isEmpty() ? mark.start(1) + 1 : Integer.parseInt(mark.group(2));
            List<String> parts = Stream.of(mark.group(4).split(" \\.\\.\\. "))
                    .filter(part -> !part.isEmpty())
                    .toList();
            Rule rule = requireNonNull(RULES.get(mark.group(3)), mark.group(3));
            expected.add(new ExpectedError(source, marked + 1L, column, rule, parts));
        }
        return expected;
    }

    /** Fails the test unless the compilation had all errors that its sources expect, and no others. */
    static void assertMarked(Compilation compilation) {
        List<ExpectedError> expected = compilation.sourceFiles().stream()
                .flatMap(source -> markedIn(source).stream())
                .toList();
        for (ExpectedError error : expected) {
            CompilationSubject subject = assertThat(compilation);
            DiagnosticInFile found = error.rule().isWarning()
                    ? subject.hadWarningContainingMatch(error.message())
                    : error.rule().isNote()
                            ? subject.hadNoteContainingMatch(error.message())
                            : subject.hadErrorContainingMatch(error.message());
            found.inFile(error.file()).onLine(error.line()).atColumn(error.column());
        }
        Stream<Diagnostic<? extends JavaFileObject>> notes = expected.stream()
                .map(ExpectedError::rule)
                .filter(Rule::isNote)
                .distinct()
                .flatMap(rule -> Errors.of(compilation, rule).stream());
        assertThat(Errors.positions(Stream.concat(compilation.errors().stream(), notes)))
                .containsExactlyInAnyOrderElementsOf(
                        expected.stream().map(ExpectedError::position).toList());
    }

    private String position() {
        return Errors.position(file, line, column, rule.id());
    }

    /** The whole message: the rule's template, with anything for its placeholders, and the parts anywhere in it. */
    private Pattern message() {
        String template =
                rule.message(Collections.nCopies(PLACEHOLDERS, ARGUMENT).toArray());
        String message = Stream.of(template.split(ARGUMENT, -1))
                .map(ExpectedError::quote)
                .collect(Collectors.joining(".*"));
        String contained =
                parts.stream().map(part -> "(?=.*" + words(part) + ")").collect(Collectors.joining());
        return Pattern.compile("\\A" + contained + message + "(\n.*)?\\z", Pattern.DOTALL);
    }

    private static String words(String part) {
        String begin = Character.isLetterOrDigit(part.charAt(0)) ? "(?<!\\w)" : "";
        String end = Character.isLetterOrDigit(part.charAt(part.length() - 1)) ? "(?!\\w)" : "";
        return begin + Pattern.quote(part) + end;
    }

    private static String quote(String literal) {
        return literal.isEmpty() ? "" : Pattern.quote(literal);
    }
}
