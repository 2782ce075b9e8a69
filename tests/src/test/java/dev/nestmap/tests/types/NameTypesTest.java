/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The header has the names in C that records state. */
class NameTypesTest {
    @Test
    void theHeaderHasTheExactNames() throws IOException {
        assertThat(Files.readString(HeaderCompiler.generated("name_types.bpf.h")))
                .contains(
                        "struct event_id_key_t {\n\t__u16 version;\n\t__u16 reserved_;\n\t__u32 event;\n};",
                        "enum verdict {\n\tXDP_LIKE_DROP = 1,\n\tVERDICT_PASS = 2,\n};",
                        "struct nt_plain {\n\t__s32 camel_case;\n};",
                        "\t__s64 submitForPolicies;\n",
                        "} eventConfig SEC(\".maps\") __weak;");
    }
}
