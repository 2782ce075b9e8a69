/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
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

/**
 * Compares objects with what the records say: with the schema of the object's own name, and with those of the generated
 * headers of this module that it was compiled with.
 */
final class ObjectCheck {
    private final ModuleLayout layout;

    ObjectCheck(ModuleLayout layout) {
        this.layout = layout;
    }

    /** The schema texts to compare with. That of the object's own name is among them even if there is no such file. */
    Set<Path> schemas(Compilation.Result result) {
        Set<Path> schemas = new TreeSet<>();
        schemas.add(layout.schema(result.name()));
        for (Path file : result.filesRead()) {
            if (file.startsWith(layout.ownHeaders()) && file.toString().endsWith(DependencyHeaders.SUFFIX)) {
                String header = file.getFileName().toString();
                schemas.add(layout.schema(header.substring(0, header.length() - DependencyHeaders.SUFFIX.length())));
            }
        }
        return schemas;
    }

    /** What to say of a program that did not compile and has not even looked for the header of its name. */
    Optional<String> forgottenHeader(Compilation.Result result) {
        Path header = layout.ownHeaders().resolve(result.name() + DependencyHeaders.SUFFIX);
        // Either the header is not found, or something that it includes is not.
        boolean looked = result.diagnostics().stream()
                .anyMatch(diagnostic -> diagnostic.place().startsWith(header + ":")
                        || MissingHeader.in(diagnostic)
                                .filter(missing -> missing.name().endsWith(DependencyHeaders.SUFFIX))
                                .isPresent());
        return Files.exists(header) && !looked && !result.filesRead().contains(header)
                ? Optional.of(layout.source(result.name()) + ": its maps and types are in \"" + header.getFileName()
                        + "\": #include that first")
                : Optional.empty();
    }

    /** What is wrong with the staged object, a line each; empty when it is as the records say. */
    List<String> problems(Compilation.Result result) throws IOException {
        Path file = layout.stagedObject(result.name());
        ObjectFile actual;
        try {
            actual = ObjectFile.parse(file.toString(), Files.readAllBytes(file));
        } catch (MalformedObjectException e) {
            return List.of(layout.source(result.name()) + ": the object can't be read: " + e.getMessage());
        }
        List<String> problems = new ArrayList<>();
        for (Path schema : schemas(result)) {
            if (Files.exists(schema)) {
                problems.addAll(problems(result, actual, schema));
            }
        }
        return problems;
    }

    private List<String> problems(Compilation.Result result, ObjectFile actual, Path schemaFile) throws IOException {
        Schema declared;
        try {
            declared = SchemaText.parse(Files.readString(schemaFile));
        } catch (SchemaFormatException e) {
            return List.of(schemaFile + ": " + e.getMessage()
                    + "; use one version of nestmap-processor and nestmap-maven-plugin, and build anew");
        }
        String source = layout.source(result.name()).toString();
        String header = declared.header() + DependencyHeaders.SUFFIX;
        List<Difference> differences = SchemaComparison.compare(declared, actual.schema(), actual.relocatedTypes());
        if (!differences.isEmpty()
                && !result.filesRead().contains(layout.ownHeaders().resolve(header))) {
            return List.of(source + ": the maps of " + declared.origin() + " are not in the object; does the source"
                    + " #include \"" + header + "\"?");
        }
        return differences.stream()
                .map(difference -> source + ": differs from " + declared.origin() + ": " + difference.message())
                .toList();
    }
}
