/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static dev.nestmap.schema.Samples.plain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that read object files show, compare and check what the objects declare. */
@KernelTest
class KernelObjectCommandsTest {
    @TempDir
    private Path directory;

    private String object = "";

    @BeforeEach
    void compile() throws IOException {
        object = Files.write(directory.resolve("nest.bpf.o"), TestPrograms.object("nest.bpf.c"))
                .toString();
    }

    @Test
    void checkSaysWhichFileIsNoObject() throws IOException {
        String text = Files.writeString(directory.resolve("x.o"), "text").toString();
        assertThat(CommandRun.of("check", object, text).out(ExitCode.FOUND))
                .contains("rejected  file: the object can't be read: ", "→ compile it with clang");
        assertThat(CommandRun.of("check").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void checkKnowsTypesFromTheSchemaTextBesideTheObject() throws IOException {
        Path file = Files.write(directory.resolve("custom.bpf.o"), TestPrograms.object("custom.bpf.c"));
        assertThat(CommandRun.of("check", file).out(ExitCode.FOUND))
                .contains(
                        "rejected  program pass: it is in section \"from-container\", and libbpf knows no such section");

        Path schema = directory.resolve("custom.schema");
        Files.writeString(
                schema,
                "nestmap-schema 1\nheader custom.bpf.h\n\nprogram pass: from-container\n  load_as: \"tcx/ingress\"\n");
        assertThat(CommandRun.of("check", file))
                .isEqualTo(
                        new CommandRun(ExitCode.OK, file + ": found nothing that loading it wouldn't tell you\n", ""));

        Files.writeString(schema, "nestmap-schema 1\nheader\n");
        assertThat(CommandRun.of("check", file).err()).contains(schema + " is neither");
    }

    @Test
    void checkComparesWithRecords() throws IOException {
        Schema schema =
                ObjectFile.parse("nest", Files.readAllBytes(Path.of(object))).schema();
        Path classes = Files.createDirectories(directory.resolve("classes/META-INF/bpf"));
        String text = SchemaText.print(
                new Schema("com.acme.Nest", schema.header(), List.of(), schema.types(), schema.maps()));
        Files.writeString(classes.resolve("nest.schema"), text);
        String[] check = {
            "check", object, "--class-path", directory.resolve("classes").toString(), "--against", "com.acme.Nest"
        };

        assertThat(CommandRun.of(check))
                .isEqualTo(new CommandRun(
                        ExitCode.OK, object + ": found nothing that loading it wouldn't tell you\n", ""));

        Files.writeString(classes.resolve("nest.schema"), text.replace("max_entries: 4096", "max_entries: 4097"));
        assertThat(CommandRun.of(check).out(ExitCode.FOUND))
                .contains(
                        "rejected  records of com.acme.Nest: ", "max_entries 4097 in the records, 4096 in the object");

        check[check.length - 1] = "com.acme.Nests";
        assertThat(CommandRun.of(check).err())
                .startsWith("nestmap: no schema text of com.acme.Nests is in META-INF/bpf of [")
                .endsWith("], only those of com.acme.Nest\n");
    }

    @Test
    void compareSaysWhatAChangeBreaks() throws IOException {
        assertThat(CommandRun.of("compare", object, object).out(ExitCode.OK))
                .contains("hits_per_cpu is unchanged\n")
                .doesNotContain(" changes");

        Schema schema =
                ObjectFile.parse("nest", Files.readAllBytes(Path.of(object))).schema();
        List<MapDef> maps = schema.maps().stream()
                .map(map -> map.name().equals("hits_per_cpu")
                        ? new MapDef(map.name(), map.role(), map.kind(), 64, 0, Scalar.U32, map.value(), null)
                        : map)
                .toList();
        Path after = Files.writeString(
                directory.resolve("after.schema"),
                SchemaText.print(new Schema("", schema.header(), List.of(), schema.types(), maps)));
        assertThat(CommandRun.of("compare", object, after).out(ExitCode.FOUND))
                .contains("hits_per_cpu changes", "\n  the key was __u64 and is __u32");
        assertThat(CommandRun.of("compare", "--json", object, after).out())
                .contains("\"map\":\"hits_per_cpu\",\"outcome\":\"waits\",\"summary\":\"hits_per_cpu changes, ");

        Files.writeString(
                after,
                SchemaText.print(new Schema(
                        "com.acme.Nest", schema.header(), List.of(), schema.types(), schema.maps(), schema.globals())));
        assertThat(CommandRun.of("compare", object, after).exitCode()).isZero();
    }

    /** Their inner maps have flags, which records of an existing object may leave out. */
    @Test
    void compareReadsAnExistingObjectAndItsText() throws IOException {
        byte[] elf = TestPrograms.object("inner_kinds.bpf.c");
        Path existing = Files.write(directory.resolve("inner_kinds.bpf.o"), elf);
        Schema schema = ObjectFile.parse("inner_kinds", elf).schema();
        Schema records =
                new Schema("com.acme.Kinds", schema.header(), List.of(), schema.types(), schema.maps()).asForeign();
        Path text = Files.writeString(directory.resolve("inner_kinds.schema"), SchemaText.print(records));

        assertThat(CommandRun.of("compare", existing, text).exitCode()).isZero();
        assertThat(CommandRun.of("compare", text, existing).exitCode()).isZero();
    }

    /** Nobody knows the entries of a map that is declared by its size, and the events of a stream. */
    @Test
    void compareNamesWhatItCannotKnow() throws IOException {
        CType size = new OpaqueType(16, 1, "value " + OpaqueType.BY_SIZE);
        MapDef bySize = plain("sized", MapKind.HASH, 64, Scalar.U32, size);
        MapDef ring = plain("ring", MapKind.RINGBUF, 4096, null, null);

        for (MapDef map : List.of(bySize, ring)) {
            String before = flows("before", map, "packets", "bytes");
            String after = flows("after", map, "bytes", "packets");
            assertThat(CommandRun.of("compare", before, after).out(ExitCode.OK))
                    .contains("its definition has a size and no type, so nobody can compare its entries");
        }
    }

    /** A schema text with this map, and with a struct of two counters that no map declares. */
    private String flows(String name, MapDef map, String first, String second) throws IOException {
        StructType flow = StructType.of(
                "flow", List.of(new StructType.Member(first, Scalar.U64), new StructType.Member(second, Scalar.U64)));
        Schema schema = new Schema("", "flows", List.of(), List.of(flow), List.of(map));
        return Files.writeString(directory.resolve(name + ".schema"), SchemaText.print(schema))
                .toString();
    }
}
