/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.btf.LoadCheck.Severity;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.btf.ProgramCheck;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Compares an object with the records: with the schema text of the object's name, from this module or a dependency, and with the schema
 * texts of this module's headers that the program includes.
 */
final class ObjectRecordComparison {
    private final ModuleLayout layout;

    ObjectRecordComparison(ModuleLayout layout) {
        this.layout = layout;
    }

    /** The schema texts to compare with, including this module's with the object's name, even if that file does not exist. */
    Set<Path> schemas(ClangCompiler.Result result) {
        Set<Path> schemas = new TreeSet<>();
        schemas.add(layout.schema(result.name()));
        schemas.add(namedSchema(result));
        for (Path file : result.filesRead()) {
            if (file.startsWith(layout.ownHeaders())
                    && file.toString().endsWith(DependencyFileExtractor.HEADER_SUFFIX)) {
                String header = file.getFileName().toString();
                schemas.add(layout.schema(
                        header.substring(0, header.length() - DependencyFileExtractor.HEADER_SUFFIX.length())));
            }
        }
        return schemas;
    }

    /** The schema text with the object's name, from this module, or else from a dependency. */
    private Path namedSchema(ClangCompiler.Result result) {
        Path own = layout.schema(result.name());
        Path dependency = layout.dependencySchema(result.name());
        return !Files.exists(own) && Files.exists(dependency) ? dependency : own;
    }

    /** A hint for a program that does not compile and does not include the header with its own name. */
    Optional<String> forgottenHeader(ClangCompiler.Result result) {
        Path header = layout.ownHeaders().resolve(result.name() + DependencyFileExtractor.HEADER_SUFFIX);
        // Clang stops at a header that it does not find, so the program may include this one further down.
        boolean included = result.diagnostics().stream()
                .anyMatch(diagnostic -> diagnostic.place().startsWith(header + ":")
                        || MissingHeader.in(diagnostic).isPresent());
        boolean isKnown =
                !result.filesRead().isEmpty(); // not if clang itself failed, for example because the disk is full
        return Files.exists(header)
                        && isKnown
                        && !included
                        && !result.filesRead().contains(header)
                ? Optional.of(layout.source(result.name()) + ": its maps and types are in \"" + header.getFileName()
                        + "\"; #include it first")
                : Optional.empty();
    }

    /** The differences between the staged object and the records, one message each. Empty if there are none. */
    List<String> problems(ClangCompiler.Result result) throws IOException {
        Path file = layout.stagedObject(result.name());
        byte[] bytes = Files.readAllBytes(file);
        ObjectFile actual;
        try {
            actual = ObjectFile.parse(file.toString(), bytes);
        } catch (MalformedObjectException e) {
            return List.of(layout.source(result.name()) + ": Nestmap can't read the object: " + e.getMessage());
        }
        List<String> problems = new ArrayList<>();
        for (Path schema : schemas(result)) {
            if (Files.exists(schema)) {
                problems.addAll(problems(result, actual, schema));
            }
        }
        problems.addAll(programs(result, true));
        return problems;
    }

    /** The parts of the staged object's programs that other loaders than Nestmap reject, one message each. */
    List<String> warnings(ClangCompiler.Result result) throws IOException {
        return programs(result, false);
    }

    /** The notes about programs that the records do not declare, one message each. */
    List<String> notes(ClangCompiler.Result result) throws IOException {
        Path file = layout.stagedObject(result.name());
        Path schema = namedSchema(result);
        try {
            return !Files.exists(schema)
                    ? List.of()
                    : ProgramCheck.interrupted(
                                    ObjectFile.parse(file.toString(), Files.readAllBytes(file)),
                                    declared(result, schema))
                            .stream()
                            .map(note -> layout.source(result.name()) + ": " + note.what())
                            .toList();
        } catch (MalformedObjectException | SchemaFormatException e) {
            return List.of(); // reported by the comparison
        }
    }

    private List<String> programs(ClangCompiler.Result result, boolean rejected) throws IOException {
        Path file = layout.stagedObject(result.name());
        try {
            return ProgramCheck.of(file.toString(), Files.readAllBytes(file), declaredPrograms(result)).stream()
                    .filter(problem -> (problem.severity() == Severity.REJECTED) == rejected)
                    .map(problem -> layout.source(result.name()) + ": " + problem.where() + ": " + problem.what() + "; "
                            + problem.remedy())
                    .toList();
        } catch (MalformedObjectException e) {
            return List.of(); // reported by the comparison
        }
    }

    /** The programs in the schema text with the object's name. Empty if the text is missing or can't be read. */
    private List<ProgramDef> declaredPrograms(ClangCompiler.Result result) throws IOException {
        Path schema = namedSchema(result);
        try {
            return Files.exists(schema) ? declared(result, schema).programs() : List.of();
        } catch (SchemaFormatException e) {
            return List.of(); // reported by the comparison
        }
    }

    private List<String> problems(ClangCompiler.Result result, ObjectFile actual, Path schemaFile) throws IOException {
        try {
            return problems(result, actual, declared(result, schemaFile));
        } catch (SchemaFormatException e) {
            return List.of(schemaFile + ": " + e.getMessage() + "; " + ModuleLayout.SAME_VERSION);
        }
    }

    /** Reads a schema text. Only the object of the same name must have its programs. */
    private Schema declared(ClangCompiler.Result result, Path schemaFile) throws IOException {
        Schema schema = SchemaText.parse(Files.readString(schemaFile));
        return schemaFile.equals(namedSchema(result)) ? schema : schema.withPrograms(List.of());
    }

    private List<String> problems(ClangCompiler.Result result, ObjectFile actual, Schema declared) {
        String source = layout.source(result.name()).toString();
        String header = declared.header() + DependencyFileExtractor.HEADER_SUFFIX;
        List<Difference> differences =
                SchemaComparison.compare(declared, actual.schemaWithEvents(declared), actual.relocatedTypes());
        boolean included = Stream.of(layout.ownHeaders(), layout.dependencyHeaders())
                .anyMatch(directory -> result.filesRead().contains(directory.resolve(header)));
        boolean hasNoMap = !declared.maps().isEmpty()
                && declared.maps().stream()
                        .noneMatch(map -> actual.schema().map(map.name()).isPresent());
        if (!differences.isEmpty() && !included && hasNoMap) {
            return List.of(source + ": the object does not have the maps of " + declared.origin() + "; #include \""
                    + header + "\" in the source");
        }
        return differences.stream()
                .map(difference -> source + ": differs from " + declared.origin() + ": " + difference.message())
                .toList();
    }
}
