package com.acme

import com.acme.Visitors.Visit
import java.net.Inet4Address
import java.net.InetAddress
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test

class MainTest {
    @Test
    fun drainsMapsThatWereMadeOnDemand() {
        val local = InetAddress.getByName("127.0.0.1")
        check(local is Inet4Address)
        VisitorsBpf.inMemory().use { bpf ->
            val site = bpf.site()
            assertNull(site[5353])
            site.request(5353) // as the program does
            site.serveRequests { }.close()

            site[5353]!!.put(Visit(local, 3))

            assertEquals(mapOf(5353L to 3L), drain(bpf))
            assertEquals(mapOf(5353L to 0L), drain(bpf))
        }
    }
}
