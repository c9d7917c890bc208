import { type Generator, wireTime } from '../../lib/index.ts';
import { customerId, productIds } from './catalog.ts';

const productNames = ['laptop', 'phone', 'tablet', 'watch', 'headphones', 'speaker'];
const categories = ['electronics', 'fashion', 'grocery', 'home', 'beauty', 'sports'];
const brands = ['apple', 'samsung', 'oneplus', 'mi', 'boat', 'sony'];
const paymentMethods = ['credit_card', 'debit_card', 'online_transfer'];

/** Transactions over 1..10 pieces at 10.00..1000.00. Amounts are reckoned in cents: the total is exact. */
export const shopTransactionsGenerator: Generator = {
  stream: 'shop.transactions',
  everyMs: [10_000, 10_000],
  generate: (random, nowMs) => {
    const priceCents = random.number.int({ min: 1_000, max: 100_000 });
    const quantity = random.number.int({ min: 1, max: 10 });
    return {
      transactionId: random.string.uuid(),
      productId: random.helpers.arrayElement(productIds),
      productName: random.helpers.arrayElement(productNames),
      productCategory: random.helpers.arrayElement(categories),
      productPrice: priceCents / 100,
      productQuantity: quantity,
      productBrand: random.helpers.arrayElement(brands),
      currency: random.helpers.arrayElement(['USD', 'GBP']),
      customerId: customerId(random),
      transactionDate: wireTime(nowMs),
      paymentMethod: random.helpers.arrayElement(paymentMethods),
      totalAmount: (priceCents * quantity) / 100,
    };
  },
};
