/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.testing.Entries;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of CPUs are at the right index, also if numbers are missing. */
class PossibleCpusTest {
    private static final Codec<Integer> NUMBER =
            Codec.of(4, (value, to, at) -> to.putInt(at, value), (from, at) -> from.getInt(at));

    @ParameterizedTest
    @CsvSource({"0,1,1", "1,1,2", "0-3,4,4", "'0,2-3',3,4", "1-63,63,64", "'0-3,8-11',8,12", "'0,2,4,6',4,7"})
    void knowsNumbersAndIndices(String list, int count, int range) {
        PossibleCpus cpus = PossibleCpus.parse(list + "\n");

        assertThat(cpus.count()).isEqualTo(count);
        assertThat(cpus.range()).isEqualTo(range);
        assertThat(cpus).hasToString(list);
        List<Integer> indices = new ArrayList<>();
        cpus.numbers().forEach(number -> indices.add(cpus.indexOf(number)));
        assertThat(indices).hasSize(count).isSorted().startsWith(0).endsWith(count - 1);
        assertThat(cpus.indexOf(range)).isNegative();
        assertThat(cpus.indexOf(-1)).isNegative();
    }

    @Test
    void aHoleHasNoIndex() {
        assertThat(PossibleCpus.parse("0,2-3").indexOf(1)).isNegative();
        assertThat(PossibleCpus.parse("0,2-3").indexOf(3)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0-", "a", "0,,1", "-1", "3-"})
    void rejectsOtherTexts(String list) {
        assertInvalid(() -> PossibleCpus.parse(list));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "2,8", "3,16"})
    void theValueOfACpuIsAtItsIndex(int number, int offset) {
        PerCpuCodec<Integer, Integer> codec = codec("0,2-3");

        assertThat(codec.cpus()).isEqualTo(3);
        assertThat(codec.valueSize()).isEqualTo(24);
        assertThat(codec.offset(number)).isEqualTo(offset);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, 4})
    void aCpuThatIsNotPossibleHasNoValue(int number) {
        PerCpuCodec<Integer, Integer> codec = codec("0,2-3");

        assertInvalid(() -> codec.offset(number), "0,2-3");
    }

    private static PerCpuCodec<Integer, Integer> codec(String list) {
        return new PerCpuCodec<>(
                "hits",
                new Entries<>(NUMBER, key -> key, NUMBER, value -> value, (key, value) -> value),
                PossibleCpus.parse(list));
    }
}
