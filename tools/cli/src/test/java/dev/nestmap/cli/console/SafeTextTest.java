/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

/** Names of others cannot control the terminal. */
class SafeTextTest {
    @Test
    void namesCannotControlTheTerminal() {
        assertThat(SafeText.visible("a\033[2Jb\r\n\t\u0000\u009b")).isEqualTo("a\\x1b[2Jb\\r\\n\\t\\x00\\x9b");
    }

    @Test
    void namesCannotHideOrReverseText() {
        assertThat(SafeText.visible("a\u202eb\u200bc\u2028d\ud800")).isEqualTo("a\\u202eb\\u200bc\\u2028d\\ud800");
    }

    @Test
    void otherTextStaysAsItIs() {
        assertThat(SafeText.visible("flöw_kéy 流 🙂")).isEqualTo("flöw_kéy 流 🙂");
        assertThat(SafeText.quoted("a\"b\\")).isEqualTo("\"a\\\"b\\\\\"");
    }

    @Test
    void aProblemIsOneLine() {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        new Console(OutputStream.nullOutputStream(), errors, false, false).problem("map x\nnestmap: forged\033[2J");
        assertThat(errors).hasToString("nestmap: map x\\nnestmap: forged\\x1b[2J\n");
    }
}
