/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BpfExceptionTest {
    @Test
    void messageSaysOperationMapKeyErrnoAndReason() {
        BpfException e = BpfException.of("update")
                .map("tenant")
                .key(42)
                .errno(7)
                .because("the map is full")
                .build();

        assertThat(e).hasMessage("update of map tenant, key 42: E2BIG (7): the map is full");
        assertThat(e.operation()).isEqualTo("update");
        assertThat(e.map()).isEqualTo("tenant");
        assertThat(e.key()).isEqualTo(42);
        assertThat(e.errno()).isEqualTo(Errno.E2BIG);
        assertThat(e.errnoNumber()).isEqualTo(7);
    }

    @Test
    void messageLeavesOutMissingParts() {
        BpfException e = new BpfException("load of object nested", "there is no such file");

        assertThat(e).hasMessage("load of object nested: there is no such file").hasNoCause();
        assertThat(e.errno()).isNull();
        assertThat(e.errnoNumber()).isZero();
        assertThat(e.map()).isNull();
        assertThat(e.key()).isNull();
        assertThat(e.log()).isEmpty();
    }

    @Test
    void numbersThatNobodyHasNamedAreKept() {
        BpfException e = BpfException.of("update").errno(4014).build();

        assertThat(e).hasMessage("update: errno 4014");
        assertThat(e.errno()).isNull();
        assertThat(e.errnoNumber()).isEqualTo(4014);
    }

    @Test
    void shortLogIsInTheMessage() {
        assertThat(BpfException.of("load").errno(13).log(List.of("one", "two")).build())
                .hasMessage("load: EACCES (13)\n  one\n  two");
    }

    @Test
    void longLogIsAbridgedInTheMiddleButKeptWhole() {
        List<String> log = IntStream.range(0, 1000).mapToObj(i -> "line " + i).toList();

        BpfException e = BpfException.of("load").errno(13).log(log).build();

        assertThat(e.log()).isEqualTo(log);
        assertThat(e.getMessage().lines())
                .hasSize(1 + 20 + 1 + 20)
                .containsSequence("  line 19", "  ... 960 lines omitted, log() has them ...", "  line 980")
                .endsWith("  line 999");
    }

    @Test
    void survivesSerializationWithoutItsKey() throws Exception {
        BpfException e = BpfException.of("update")
                .map("tenant")
                .key(new Object())
                .errno(7)
                .log(List.of("a line"))
                .build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(e);
        }

        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            BpfException read = (BpfException) in.readObject();
            assertThat(read).hasMessage(e.getMessage());
            assertThat(read.log()).containsExactly("a line");
            assertThat(read.key()).isNull();
        }
    }
}
