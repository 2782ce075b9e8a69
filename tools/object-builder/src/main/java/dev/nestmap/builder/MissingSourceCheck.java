/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.program.NearestNameFinder;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds objects that a {@code @BpfObject} declares but that this build does not compile: they are missing, or older than their records. The
 * problems are only warnings, because the object may be compiled elsewhere, may not exist yet, or may only be used in memory.
 */
final class MissingSourceCheck {
    private final ModuleLayout layout;

    MissingSourceCheck(ModuleLayout layout) {
        this.layout = layout;
    }

    /**
     * One warning for each object that has neither a program in the source directory nor an object file in the class directory, and for each that
     * has only a file which differs from the records.
     */
    List<String> warnings() throws IOException {
        List<String> programs = layout.programs();
        Set<String> schemas = layout.schemas().keySet();
        List<String> unused =
                programs.stream().filter(name -> !schemas.contains(name)).toList();
        List<String> warnings = new ArrayList<>();
        for (String name : schemas) {
            if (!programs.contains(name)) {
                Schema schema = ofObject(name).orElse(null);
                List<Path> objects = layout.existingObjects(name);
                if (schema != null && objects.isEmpty()) {
                    warnings.add(warning(name, generated(schema), unused));
                } else if (schema != null) {
                    warnings.addAll(older(objects, schema));
                }
            }
        }
        return warnings;
    }

    /** One warning for each object file in the class directory that differs from the records, because nothing compiles its program. */
    List<String> older() throws IOException {
        List<String> warnings = new ArrayList<>();
        for (String name : layout.schemas().keySet()) {
            List<Path> objects = layout.existingObjects(name);
            Schema schema = objects.isEmpty() ? null : ofObject(name).orElse(null);
            if (schema != null) {
                warnings.addAll(older(objects, schema));
            }
        }
        return warnings;
    }

    private static List<String> older(List<Path> objects, Schema records) throws IOException {
        List<String> warnings = new ArrayList<>();
        for (Path object : objects) {
            older(object, records).ifPresent(warnings::add);
        }
        return warnings;
    }

    private static Optional<String> older(Path object, Schema records) throws IOException {
        try {
            ObjectFile actual = ObjectFile.parse(object.toString(), Files.readAllBytes(object));
            return SchemaComparison.compare(records, actual.schemaWithEvents(records), actual.relocatedTypes()).stream()
                    .findFirst()
                    .map(difference -> "The records of " + records.origin() + " were changed after " + object
                            + " was built, so " + generated(records) + ".load() will refuse it: " + difference.message()
                            + ". Compile its program again");
        } catch (MalformedObjectException e) {
            return Optional.empty(); // a load says what is wrong
        }
    }

    private static String generated(Schema schema) {
        return schema.origin() + "Bpf";
    }

    /**
     * The schema of an object. Empty unless the schema text belongs to a {@code @BpfObject} whose header Nestmap generates. Shared
     * types and inner maps also have schema texts, and existing objects have no generated header.
     */
    private Optional<Schema> ofObject(String name) throws IOException {
        try {
            Schema schema = SchemaText.parse(Files.readString(layout.schema(name)));
            Path file = layout.output().resolve(generated(schema).replace('.', '/') + ".class");
            return schema.isForeign() || !Files.exists(file) ? Optional.empty() : Optional.of(schema);
        } catch (SchemaFormatException e) {
            return Optional.empty(); // the comparison reports it if a program uses it
        }
    }

    private String warning(String name, String generated, List<String> unused) {
        String remedy = NearestNameFinder.in(unused, name)
                .map(other -> "The name of " + layout.source(other)
                        + " is similar, but no @BpfObject has it: rename the file or the @BpfObject")
                .orElse(
                        "Write this program. If another module compiles it, bind the goal compile only in that module. Or load"
                                + " a file with load(Path)");
        return "There is no " + layout.source(name) + ", so " + generated + ".load() will not find " + name + ".bpf.o. "
                + remedy;
    }
}
