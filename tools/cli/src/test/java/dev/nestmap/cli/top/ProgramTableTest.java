/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of programs says that it is empty. */
class ProgramTableTest {
    @Test
    void saysThatThereAreNoPrograms() {
        ProgramTable empty = ProgramTable.of(List.of(), List.of(), 20);
        assertThat(empty.lines()).hasSize(2).last().isEqualTo("there are no programs");
    }
}
