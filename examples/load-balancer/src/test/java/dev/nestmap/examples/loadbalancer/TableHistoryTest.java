/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The check of the demo finds wrong datagrams. */
@Tag("jdk-independent")
class TableHistoryTest {
    @Test
    void findsTheTableThatHasTheBackend() throws Exception {
        Inet4Address first = (Inet4Address) InetAddress.getByName("127.0.1.1");
        Inet4Address second = (Inet4Address) InetAddress.getByName("127.0.1.2");
        TableHistory tables = new TableHistory();
        tables.starting(new Inet4Address[] {first, first});
        tables.completed();
        tables.starting(new Inet4Address[] {first, second});

        assertThat(tables.oldest()).isZero();
        assertThat(tables.newest()).isOne();
        assertThat(tables.find(0, first, 0, 1)).isZero();
        assertThat(tables.find(1, second, 0, 1)).isOne();
        // The flow of place 0 must not move, and that of place 1 must not move back.
        assertThat(tables.find(0, second, 0, 1)).isNegative();
        assertThat(tables.find(1, first, 1, 1)).isNegative();

        tables.completed();
        assertThat(tables.oldest()).isOne();
    }
}
