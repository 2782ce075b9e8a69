package com.acme

import dev.nestmap.runtime.attach.Xdp

fun main(args: Array<String>) {
    VisitorsBpf.load().use { bpf ->
        bpf.count().attach(Xdp.on(args.firstOrNull() ?: "lo"))
        bpf.site().serveRequests { report -> println("new: ${report.missed()}") }.use {
            while (true) {
                Thread.sleep(2_000)
                drain(bpf).forEach { (port, packets) -> println("$port $packets") }
            }
        }
    }
}

/** Swaps each port's map for an empty one, and adds up the packets of the old one. */
fun drain(bpf: VisitorsBpf): Map<Long, Long> {
    val packets = bpf.site().keys().associateWith { 0L }.toMutableMap()
    bpf.site().drainAll { visits -> packets.merge(visits.key(), visits.map().sumOf { it.packets }, Long::plus) }
    return packets
}
