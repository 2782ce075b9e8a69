/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import com.google.testing.compile.Compilation;
import dev.nestmap.lint.rules.Rule;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;
import org.jspecify.annotations.Nullable;

/** The errors of a compilation as text. */
final class Errors {
    private static final Pattern ID = Pattern.compile("\\A\\[(NM-\\d+)] ");

    private Errors() {}

    /** The rules that rejected something, by their ids, one for each error; {@code javac} for an error of the compiler. */
    static List<String> rules(Compilation compilation) {
        return compilation.errors().stream().map(Errors::rule).toList();
    }

    /** The errors of a compilation, or for a rule that is a note, the notes or warnings of this rule. */
    static List<Diagnostic<? extends JavaFileObject>> of(Compilation compilation, Rule rule) {
        return rule.isNote()
                ? (rule.isWarning() ? compilation.warnings() : compilation.notes())
                        .stream().filter(note -> rule(note).equals(rule.id())).toList()
                : List.copyOf(compilation.errors());
    }

    /** File, line, column and rule of each diagnostic. */
    static List<String> positions(Stream<Diagnostic<? extends JavaFileObject>> diagnostics) {
        return diagnostics
                .map(found -> position(found.getSource(), found.getLineNumber(), found.getColumnNumber(), rule(found)))
                .toList();
    }

    static String position(@Nullable JavaFileObject file, long line, long column, String rule) {
        return (file == null ? "" : file.toUri().getPath()) + ":" + line + ":" + column + ": " + rule;
    }

    static List<String> messages(Compilation compilation) {
        return compilation.errors().stream().map(Errors::message).toList();
    }

    static String rule(Diagnostic<?> error) {
        Matcher id = ID.matcher(message(error));
        return id.find() ? id.group(1) : "javac";
    }

    static String message(Diagnostic<?> error) {
        return error.getMessage(Locale.ROOT);
    }
}
