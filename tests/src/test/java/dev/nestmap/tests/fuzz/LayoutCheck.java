/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.fuzz;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.header.HeaderPrinter;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.type.NamedType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Compiles the headers of several schemas together, and compares the BTF with each schema. */
record LayoutCheck(InstalledClang clang, String target, Path directory) {
    /** Describes the first difference between a schema and the object, or returns nothing if they agree. */
    Optional<String> problem(List<Schema> schemas) {
        Path object = directory.resolve("fuzz.bpf.o");
        try {
            String refused = compile(schemas, object);
            if (!refused.isEmpty()) {
                return Optional.of(refused);
            }
            Schema read =
                    ObjectFile.parse("fuzz.bpf.o", Files.readAllBytes(object)).schema();
            return schemas.stream()
                    .map(schema -> difference(schema, read))
                    .flatMap(Optional::stream)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compiles the headers into one object, with little optimisation, which does not affect layouts. Returns clang's output, or an empty text if there was none. */
    private String compile(List<Schema> schemas, Path object) {
        Path source = directory.resolve("fuzz.bpf.c");
        try {
            Files.writeString(
                    source,
                    "#include <linux/bpf.h>\n#include <stdbool.h>\n"
                            + schemas.stream()
                                    .map(schema -> HeaderPrinter.print(schema, ""))
                                    .collect(Collectors.joining("\n")));
            InstalledCommand.Result result =
                    clang.compile(source, object, List.of("-target", target, "-O1", "-Wno-unused-function"));
            return result.status() == 0 ? "" : result.output() + this + " failed";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<String> difference(Schema declared, Schema read) {
        List<Difference> differences = SchemaComparison.compare(declared, read);
        if (!differences.isEmpty()) {
            return Optional.of(differences.get(0).message());
        }
        BtfEquivalent btf = new BtfEquivalent(clang.version() < 15);
        for (NamedType type : declared.types()) {
            NamedType other = read.type(type.name()).orElse(null);
            if (other == null || !btf.of(type).equals(btf.of(other))) {
                return Optional.of(type + " is read as " + other);
            }
        }
        return Optional.empty();
    }

    /** The schemas of these seeds. */
    static List<Schema> schemas(long first, int count) {
        return LongStream.range(first, first + count)
                .mapToObj(RandomTypes::schema)
                .toList();
    }

    @Override
    public String toString() {
        return clang + " -target " + target;
    }
}
