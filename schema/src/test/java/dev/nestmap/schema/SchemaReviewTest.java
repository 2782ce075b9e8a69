/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static dev.nestmap.schema.Samples.FLOW;
import static dev.nestmap.schema.Samples.FLOW_KEY;
import static dev.nestmap.schema.Samples.FLOW_STATE;
import static dev.nestmap.schema.Samples.member;
import static dev.nestmap.schema.Samples.tenantFlows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the lines of a schema text that {@code diff} shows to a reviewer after a change. */
class SchemaReviewTest {
    @TempDir
    Path directory;

    @Test
    void aChangedFieldIsAChangedLine() throws Exception {
        assertThat(diff(flow(member("packets", Scalar.U64), member("octets", Scalar.U64), member("state", FLOW_STATE))))
                .containsExactly(
                        "-  field bytes: __u64, offset 8, size 8, unsigned",
                        "+  field octets: __u64, offset 8, size 8, unsigned");
        assertThat(diff(flow(member("packets", Scalar.U64), member("bytes", Scalar.S64), member("state", FLOW_STATE))))
                .containsExactly(
                        "-  field bytes: __u64, offset 8, size 8, unsigned",
                        "+  field bytes: __s64, offset 8, size 8, signed");
    }

    /** The line of the field, the size of the struct, and the offsets of the later fields. */
    @Test
    void anInsertedFieldChangesItsLineAndLaterOffsets() throws Exception {
        assertThat(diff(flow(
                        member("packets", Scalar.U64),
                        member("drops", Scalar.U64),
                        member("bytes", Scalar.U64),
                        member("state", FLOW_STATE))))
                .containsExactly(
                        "-struct flow: size 24, alignment 8",
                        "+struct flow: size 32, alignment 8",
                        "-  field bytes: __u64, offset 8, size 8, unsigned",
                        "-  field state: enum flow_state, offset 16, size 4, unsigned",
                        "-  pad _pad0: offset 20, size 4",
                        "+  field drops: __u64, offset 8, size 8, unsigned",
                        "+  field bytes: __u64, offset 16, size 8, unsigned",
                        "+  field state: enum flow_state, offset 24, size 4, unsigned",
                        "+  pad _pad0: offset 28, size 4");
    }

    @Test
    void aFieldInPaddingChangesItsLineAndThePadding() throws Exception {
        assertThat(diff(flow(
                        member("packets", Scalar.U64),
                        member("bytes", Scalar.U64),
                        member("state", FLOW_STATE),
                        member("drops", Scalar.U32))))
                .containsExactly(
                        "-  pad _pad0: offset 20, size 4", "+  field drops: __u32, offset 20, size 4, unsigned");
    }

    private static StructType flow(StructType.Member... members) {
        return StructType.of("flow", Arrays.asList(members));
    }

    /** The lines that differ if the sample's flows have this value. */
    private List<String> diff(StructType value) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/diff")), "there is no /usr/bin/diff");
        Path before = Files.writeString(directory.resolve("before"), SchemaText.print(tenantFlows(FLOW_KEY, FLOW)));
        Path after = Files.writeString(directory.resolve("after"), SchemaText.print(tenantFlows(FLOW_KEY, value)));
        Path difference = directory.resolve("difference");
        Process diff = new ProcessBuilder("/usr/bin/diff", "-U0", before.toString(), after.toString())
                .redirectErrorStream(true)
                .redirectOutput(difference.toFile())
                .start();
        assertThat(diff.waitFor()).as("exit status of diff: files differ").isEqualTo(1);
        return Files.readAllLines(difference).stream()
                .skip(2) // the names of the files
                .filter(line -> !line.startsWith("@@"))
                .toList();
    }
}
