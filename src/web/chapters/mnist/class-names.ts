// What the classes are called: the digits, or Fashion-MNIST's garments.
import { computed, signal } from '@preact/signals'
import { catalogue } from '../../languages.ts'

const words = catalogue({
  en: {
    fashion: [
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ],
  },
  ko: {
    fashion: ['티셔츠', '바지', '풀오버', '원피스', '코트', '샌들', '셔츠', '스니커즈', '가방', '앵클부츠'],
  },
})

const DIGITS: readonly string[] = Array.from({ length: 10 }, (_, digit) => String(digit))

export const naming = signal<'digits' | 'fashion'>('digits')

/** A name for each of the ten classes, in the page's language. */
export const classNames = computed<readonly string[]>(() =>
  naming.value === 'fashion' ? words.value.fashion : DIGITS,
)

/** Whether the names are words, which are longer than digits. */
export const areWords = computed(() => naming.value === 'fashion')

/** The name of a class. */
export const className = (label: number): string => classNames.value[label] ?? String(label)
