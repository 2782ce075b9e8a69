/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.nestmap.schema.program.AttachmentKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of program has its links. */
class AttacherTableTest {
    @ParameterizedTest
    @EnumSource
    void knowsTheLinksOfEachKind(AttachmentKind kind) {
        assertThatCode(() -> AttacherTable.linkKinds(kind)).doesNotThrowAnyException();
    }
}
