/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kotlin

import dev.nestmap.runtime.NestedKey
import dev.nestmap.runtime.attach.UntypedProgram
import dev.nestmap.runtime.error.BpfException
import dev.nestmap.runtime.observe.Uncounted
import dev.nestmap.tests.kotlin.Shops.Product
import dev.nestmap.types.ByteString
import java.time.Duration

// Each function calls every operation of the accessor in its first parameter; recordKey calls those that have other types than in primitiveKey.

fun primitiveKey(outer: ShopsBpf.ShopMap, number: Long, product: Product) {
    val borrowed: ShopsBpf.StockMap = outer.getOrCreate(1)
    val found: ShopsBpf.StockMap? = outer.get(number)
    val entry: Shops.Stock? = outer.get(1, product)
    println("${outer[1]} $found $entry ${outer.contains(1)} ${outer.getOrCreateAll(listOf(1L, number))}")
    outer.create(1)
    outer.create(number) { stock -> stock.clear() }
    println(outer.replace(number) { stock -> stock.put(Shops.Stock(product, 1)) })
    outer.createAll(listOf(1L))
    outer.createAll(listOf(1L)) { key, stock -> stock.put(Shops.Stock(product, key)) }
    outer.share(1, borrowed)
    outer.shareAll(mapOf(1L to borrowed))
    outer.rotate(1)?.use { println(it.key()) }
    outer.rotate(1) { stock -> stock.put(Shops.Stock(product, 1)) }?.use { it.map().forEach { stock -> println(stock.pieces) } }
    outer.rotate(number)
    outer.rotateAll(listOf(number))
    outer.expert().unchecked().rotateAll(listOf(1L))
    outer.take(1)?.acknowledge()
    outer.takeAll(listOf(1L))
    outer.expert().unchecked().takeAll(listOf(1L))
    outer.discard(1)
    outer.discardAll(outer.keys())
    outer.forEach { key, stock -> println("$key ${stock.count()}") }
    println("${outer.request(1)} ${outer.pending()}")
    outer.serveRequests { served -> println(served) }.close()
    outer.serveRequests(Duration.ofMillis(1)) { served -> println(served) }.close()
    outer.create(1, 100)
    println("${outer.expert().keyFromBytes(ByteString.of(*ByteArray(8)))} ${outer.expert().keyToBytes(number)}")
    outer.discardAll()
    println("${outer.count()} ${outer.waitingTickets()} ${outer.waitingCount()} ${outer.keptCount()} ${outer.waiting()}")
    println("${outer.expert().spareCount()} ${outer.expert().spareBytes()}")
    println(outer.getAll(listOf(NestedKey(1L, product))).values.sumOf { stock -> stock.pieces })
    outer.forEachEntry { key, stock -> println("$key ${stock.pieces}") }
    val view = ShopsBpf.StockMap.View()
    println("${outer.get(1, product, view)} ${outer.get(number, product, view)} ${view.pieces()}")
    outer.getAll(listOf(NestedKey(1L, product)), view) { key, stock -> println("$key ${stock.pieces()}") }
    outer.forEachEntry(view) { key, stock -> println("$key ${stock.product()}") }
    outer.drainAll { println("${it.key()} ${it.map()} ${it.isExact} ${it.doubts()}") }
    outer.drain(1) { it.map().forEach { stock -> println(stock) } }
    outer.drainLast(number) { it.discard() }
    outer.drainLastAll { println(it.identity().text()) }
    outer.drainWaiting { println(it.identity()) }
    outer.waitingReports().forEach { println(it.text()) }
    val uncounted: Uncounted? = outer.uncounted()
    println("${uncounted?.refused()} ${uncounted?.unknownKey}")
}

fun recordKey(outer: ShopsBpf.EntranceMap, door: Shops.Entrance) {
    val borrowed: ShopsBpf.VisitsMap = outer.getOrCreate(door)
    val entry: Shops.Visits? = outer.get(door, 12)
    println("${outer[door]} $entry ${outer.contains(door)} ${outer.getOrCreateAll(listOf(door))}")
    outer.create(door) { visits -> visits.put(Shops.Visits(12, 1)) }
    println(outer.replace(door) { visits -> visits.put(Shops.Visits(12, 1)) })
    outer.createAll(listOf(door)) { _, visits -> visits.clear() }
    outer.share(door, borrowed)
    outer.rotate(door)
    outer.rotate(door) { visits -> visits.clear() }
    outer.take(door)
    outer.discard(door)
    outer.forEach { key, visits -> println("$key ${visits.maxEntries()} ${visits.memoryBytes()}") }
    println(outer.getAll(listOf(NestedKey(door, 12))).values.sumOf { visits -> visits.people })
    val view = ShopsBpf.VisitsMap.View()
    println("${outer.get(door, 12, view)} ${view.people()}")
    outer.forEachEntry(view) { key, visits -> println("${key.door} ${visits.people()}") }
    outer.drain(door) { it.map().forEach { stock -> println(stock) } }
}

fun arrayWithPrimitiveKey(visits: ShopsBpf.VisitsMap) {
    val entry: Shops.Visits? = visits.get(12)
    println("${visits[12]} $entry ${visits.contains(12)} ${visits.count()} ${visits.isEmpty()}")
    visits.put(Shops.Visits(12, 1))
    println(visits.putIfAbsent(Shops.Visits(12, 1)) || visits.replace(Shops.Visits(12, 1)))
    visits.putAll(listOf(Shops.Visits(12, 1)))
    visits.forEach { println(it.people) }
    val view = ShopsBpf.VisitsMap.View()
    println("${visits.get(12, view)} ${visits[12, view]} ${view.people()}")
    visits.forEach(view) { println(it.people()) }
    visits.getAll(listOf(12), view) { println(it.people()) }
    println(visits.getAll(listOf(12)).values.sumOf { it.people })
    println(visits.iterator().hasNext())
    visits.forEachBytes { key, value -> visits.toBytes(visits.fromBytes(key, value)) { k, v -> println("$k $v") } }
    visits.clear()
}

fun hashWithRecordKey(stock: ShopsBpf.StockMap, product: Product) {
    val entry: Shops.Stock? = stock.get(product)
    println("${stock[product]} $entry ${stock.contains(product)} ${stock.getAndRemove(product)} ${stock.remove(product)}")
    stock.removeAll(listOf(product))
    stock.getAndRemoveAll { println(it.pieces) }
    stock.forEach { println(it.product) }
    val view = ShopsBpf.StockMap.View()
    println("${stock.get(product, view)} ${view.pieces()}")
    stock.getAndRemoveAll(view) { println(it.pieces()) }
    stock.forEach(view) { println(it.product()) }
    stock.getAll(listOf(product), view) { println(it.product()) }
    println(stock.getAll(listOf(product)).keys)
    println(stock.isEmpty())
    println(stock.map { it.pieces }.sum() + stock.count() + stock.iterator().next().pieces)
    stock.put(Shops.Stock(product, 1))
    println(stock.putIfAbsent(Shops.Stock(product, 1)) || stock.replace(Shops.Stock(product, 1)))
    stock.putAll(emptyList())
    stock.replaceAll(emptyList())
    stock.forEachBytes { key, value -> stock.toBytes(stock.fromBytes(key, value)) { k, v -> println("$k $v") } }
    stock.clear()
}

fun hashWithPrimitiveKey(prices: ShopsBpf.PriceMap) {
    val entry: Shops.Price? = prices.get(1)
    println("${prices[1]} $entry ${prices.contains(1)} ${prices.getAndRemove(1)} ${prices.remove(1)}")
    prices.removeAll(listOf(1))
    prices.getAndRemoveAll { println(it.cents) }
    prices.forEach { println(it) }
    val view = ShopsBpf.PriceMap.View()
    println("${prices.get(1, view)} ${view.cents()}")
    prices.getAndRemoveAll(view) { println(it.cents()) }
    prices.forEach(view) { println(it.cents()) }
    prices.getAll(listOf(1), view) { println(it.cents()) }
    println(prices.getAll(listOf(1)).keys)
    println(prices.isEmpty())
    println(prices.count() + prices.iterator().next().cents)
    prices.put(Shops.Price(1, 1))
    println(prices.putIfAbsent(Shops.Price(1, 1)) || prices.replace(Shops.Price(1, 1)))
    prices.putAll(emptyList())
    prices.replaceAll(emptyList())
    prices.forEachBytes { key, value -> prices.toBytes(prices.fromBytes(key, value)) { k, v -> println("$k $v") } }
    prices.clear()
}

fun entriesPerCpu(sales: ShopsBpf.SaleMap) {
    val all: List<Shops.Sale>? = sales.get(1)
    val total: Shops.Sale? = sales.get(1) { one, two -> one.combine(two) }
    println("$total $all ${sales.contains(1)} ${sales.getAndRemove(1)}")
    sales.putForEachCpu(Shops.Sale(1, 0))
    sales.put(listOf(Shops.Sale(1, 0)))
    println(sales.putIfAbsent(listOf(Shops.Sale(1, 0))) || sales.replace(listOf(Shops.Sale(1, 0))))
    sales.putAll(emptyList())
    sales.replaceAll(emptyList())
    sales.remove(1)
    sales.removeAll(listOf(1L))
    sales.getAndRemoveAll { println(it.size) }
    sales.forEach { println(it.first()) }
    sales.forEachCombined({ one, two -> one.combine(two) }) { println(it.cents) }
    sales.forEachCombined(Shops.Sale::combine) { println(it) }
    val view = ShopsBpf.SaleMap.View()
    println("${sales.get(1, view)} ${view.cpu(sales.cpus() - 1)}")
    sales.getAndRemoveAll(view) { println(it.cpu(0)) }
    sales.forEach(view) { println(it.cpu(1)) }
    sales.getAll(listOf(1L), view) { println(it.cpu(1)) }
    println(sales.getAll(listOf(1L)).values.sumOf { it.size })
    println(sales.isEmpty())
    println(sales.count() + sales.iterator().next().size)
    sales.forEachBytes { key, value -> sales.toBytes(sales.fromBytes(key, value)) { k, v -> println("$k $v") } }
    sales.clear()
}

fun stacks(stacks: ShopsBpf.StackMap) {
    println("${stacks.get(1)} ${stacks[1]} ${stacks.contains(1)} ${stacks.remove(1)} ${stacks.count()} ${stacks.isEmpty()}")
    println(stacks.getAll(listOf(1)).keys)
    stacks.forEachBytes { key, value -> stacks.toBytes(stacks.fromBytes(key, value)) { k, v -> println("$k $v") } }
    stacks.forEach { println(it.addresses) }
    println(stacks.iterator().hasNext())
}

fun sockets(counters: ShopsBpf.CounterMap, descriptor: Int, program: UntypedProgram) {
    counters.put(1, descriptor)
    counters.remove(1)
    counters.attach(program).close()
}

fun programs(steps: ShopsBpf.StepMap, descriptor: Int, program: UntypedProgram) {
    steps.put(1, descriptor)
    steps.put(1, program)
    val id: Int? = steps.programId(1)
    println("$id ${steps.contains(1)} ${steps.remove(1)}")
    steps.attach(program)
}
