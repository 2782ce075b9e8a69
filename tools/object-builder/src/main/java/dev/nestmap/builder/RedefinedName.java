/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.schema.HeaderPathClassifier;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A name in C that a generated header and another header define, such as {@code iphdr} of a record {@code Iphdr} and of {@code linux/ip.h}.
 *
 * @param name the name
 * @param generated the path of the generated header
 * @param other the path of the other header
 */
record RedefinedName(String name, String generated, String other) {
    private static final Pattern MESSAGE =
            Pattern.compile("(?:typedef )?redefinition of (?:enumerator )?'(?:(?:struct|union|enum) )?(?<name>\\w+)'.*"
                    + "|use of '(?<tag>\\w+)' with tag type that does not match previous declaration");

    private static final Pattern PLACE = Pattern.compile("(?<file>.+):\\[\\d+,\\d+](?: note: previous .*)?");

    /** The directories in which clang finds headers of the system. */
    private static final String SYSTEM = "/include/";

    /** The redefinition that a diagnostic reports, if it reports one of a generated header. */
    static Optional<RedefinedName> in(ClangDiagnostic diagnostic) {
        Matcher message = MESSAGE.matcher(diagnostic.message());
        Optional<String> former =
                diagnostic.details().stream().flatMap(RedefinedName::file).findFirst();
        Optional<String> file = file(diagnostic.place()).findFirst();
        if (!diagnostic.isError() || !message.matches() || former.isEmpty() || file.isEmpty()) {
            return Optional.empty();
        }
        String name = message.group("name") == null ? message.group("tag") : message.group("name");
        boolean isGenerated = isGenerated(file.get());
        return isGenerated == isGenerated(former.get())
                ? Optional.empty()
                : Optional.of(new RedefinedName(
                        name, isGenerated ? file.get() : former.get(), isGenerated ? former.get() : file.get()));
    }

    private static Stream<String> file(String place) {
        Matcher matcher = PLACE.matcher(place);
        return matcher.matches() ? Stream.of(matcher.group("file")) : Stream.empty();
    }

    private static boolean isGenerated(String file) {
        return file.endsWith(DependencyFileExtractor.HEADER_SUFFIX);
    }

    /** Whether another error of clang only follows from this one: the generated header then uses the type of the other header. */
    boolean explains(ClangDiagnostic diagnostic) {
        return diagnostic.isError()
                && in(diagnostic).isEmpty()
                && diagnostic.place().startsWith(generated + ":")
                && Pattern.compile("\\b" + name + "\\b")
                        .matcher(diagnostic.message())
                        .find();
    }

    String remedy() {
        String header =
                other.substring(other.lastIndexOf(SYSTEM) < 0 ? 0 : other.lastIndexOf(SYSTEM) + SYSTEM.length());
        String same = HeaderPathClassifier.isUapi(header)
                ? ", or declare that it is the type of this header with @External(header = \"" + header + "\")"
                : "";
        return "the records define " + name + " in C, and " + header
                + " does, too: give the record or enum another name in C, for" + " example @Name(\"my_" + name + "\")"
                + same;
    }
}
