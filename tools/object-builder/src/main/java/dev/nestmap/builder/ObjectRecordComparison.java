/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.lint.ProgramCheck;
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
    /**
     * The results of a comparison, one message each.
     *
     * @param problems the differences from the records, and programs that libbpf does not accept
     * @param notes programs that may lose counts, and whose sections the records do not declare
     */
    record Findings(List<String> problems, List<String> notes) {}

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
                schemas.add(layout.schemaOf(file));
            }
        }
        return schemas;
    }

    /**
     * The schema text with the object's name, from this module, or else from a dependency. If several dependencies have that name, the one
     * whose header the program includes.
     */
    private Path namedSchema(ClangCompiler.Result result) {
        Path own = layout.schema(result.name());
        if (Files.exists(own)) {
            return own;
        }
        List<Path> schemas = layout.dependencySchemas(result.name());
        return schemas.stream()
                .filter(schema -> result.filesRead().contains(dependencyHeader(schema)))
                .findFirst()
                .orElse(schemas.size() == 1 ? schemas.get(0) : own);
    }

    private Path dependencyHeader(Path schema) {
        String path = layout.dependencyFiles().relativize(schema).toString();
        String name = path.substring(0, path.length() - ModuleLayout.SCHEMA_SUFFIX.length());
        return layout.dependencyHeaders().resolve(name + DependencyFileExtractor.HEADER_SUFFIX);
    }

    /** The object in the jar: in the package of the records with its name. */
    Path object(ClangCompiler.Result result) {
        return layout.object(result.name(), result.architecture(), namedSchema(result));
    }

    /** A hint for a program that does not compile and does not include the header with its own name. */
    Optional<String> forgottenHeader(ClangCompiler.Result result) {
        Path header = layout.header(layout.schema(result.name()));
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

    /** Compares the staged object with the records. */
    Findings compare(ClangCompiler.Result result) throws IOException {
        Path file = result.object();
        String source = layout.source(result.name()) + ": ";
        Findings findings = new Findings(new ArrayList<>(), new ArrayList<>());
        try {
            ObjectFile actual = ObjectFile.parse(file.toString(), Files.readAllBytes(file));
            List<ProgramDef> declared = List.of();
            for (Path schemaFile : schemas(result)) {
                if (!Files.exists(schemaFile)) {
                    continue;
                }
                try {
                    Schema schema = declared(result, schemaFile);
                    findings.problems().addAll(problems(result, actual, schema));
                    if (schemaFile.equals(namedSchema(result))) {
                        declared = schema.programs();
                        ProgramCheck.losses(actual, schema)
                                .forEach(note -> findings.notes().add(source + note.what()));
                    }
                } catch (SchemaFormatException e) {
                    findings.problems().add(schemaFile + ": " + e.getMessage() + "; " + ModuleLayout.SAME_VERSION);
                }
            }
            ProgramCheck.of(actual, declared)
                    .forEach(problem -> findings.problems().add(source + problem.message()));
        } catch (MalformedObjectException e) {
            findings.problems().add(source + "Nestmap can't read the object: " + e.getMessage());
        }
        return findings;
    }

    /** Reads a schema text. Only the object of the same name must have its programs. */
    private Schema declared(ClangCompiler.Result result, Path schemaFile) throws IOException {
        Schema schema = SchemaText.parse(Files.readString(schemaFile));
        return schemaFile.equals(namedSchema(result)) ? schema : schema.withPrograms(List.of());
    }

    private List<String> problems(ClangCompiler.Result result, ObjectFile actual, Schema declared) {
        String source = layout.source(result.name()).toString();
        String header = declared.path() + DependencyFileExtractor.HEADER_SUFFIX;
        List<Difference> differences =
                SchemaComparison.compare(declared, actual.schemaWithEvents(declared), actual.relocatedTypes());
        boolean included = Stream.of(layout.ownHeaders(), layout.dependencyHeaders())
                .anyMatch(directory -> result.filesRead().contains(directory.resolve(header)));
        boolean hasNoMap = !declared.maps().isEmpty()
                && declared.maps().stream()
                        .noneMatch(map -> actual.schema().map(map.name()).isPresent());
        if (!differences.isEmpty() && !included && hasNoMap) {
            boolean isOwn = Files.exists(layout.ownHeaders().resolve(header));
            return List.of(source + ": the object does not have the maps of " + declared.origin() + "; #include \""
                    + (isOwn ? declared.header() + DependencyFileExtractor.HEADER_SUFFIX : header)
                    + "\" in the source");
        }
        return differences.stream()
                .map(difference -> source + ": differs from " + declared.origin() + ": " + difference.message())
                .toList();
    }
}
