import {
  atLeastOne,
  contract,
  currency,
  integer,
  isWithinTolerance,
  money,
  positive,
  string,
  timestamp,
  unscaled,
} from '../../lib/index.ts';

const CENT_DIGITS = 2;

export const shopTransactions = contract({
  name: 'shop.transactions',
  version: 1,
  description: 'A sale of one product, in any quantity, to one customer.',
  owner: 'shop',
  key: 'transactionId',
  eventTime: 'transactionDate',
  identity: 'transactionId',
  fields: {
    transactionId: string('Id of the sale.'),
    productId: string('Id of the product that was sold.'),
    productName: string('The product’s name at the time of the sale.', { nullable: true }),
    productCategory: string('The product’s category at the time of the sale.', { nullable: true }),
    productPrice: money('Price of one piece.', { unit: 'units of the currency', rule: positive }),
    productQuantity: integer('How many were sold.', { unit: 'pieces', rule: atLeastOne }),
    productBrand: string('The product’s brand at the time of the sale.', { nullable: true }),
    currency: string('ISO 4217 code that prices and totals are in.', { rule: currency }),
    customerId: string('Id of the buyer.', { personal: true }),
    transactionDate: timestamp('When the sale was made.'),
    paymentMethod: string('How the buyer paid.', { nullable: true }),
    totalAmount: money('What was paid: price times quantity, give or take a cent.', { unit: 'units of the currency' }),
  },
  rules: [
    {
      name: 'total_is_price_times_quantity',
      path: 'totalAmount',
      holds: ({ productPrice, productQuantity, totalAmount }) =>
        isWithinTolerance(
          1n,
          unscaled(totalAmount, CENT_DIGITS),
          unscaled(productPrice, CENT_DIGITS) * BigInt(productQuantity),
        ),
    },
  ],
});
